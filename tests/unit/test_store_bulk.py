"""A fold takes in everything however much there is at once."""

from celltrail.journal import events
from celltrail.records import Param, Tag
from celltrail.store.open import open_store
from celltrail.store.runs import RunQuery
from journal_writing import Trail

RUNS = 13
KEYS = 10_000  # together more rows than DuckDB keeps in one row group, 122,880


def test_more_params_and_tags_in_one_fold_than_a_row_group_holds_are_all_kept(tmp_path):
    trail = Trail(tmp_path / ".celltrail")
    params = tuple(Param(f"p{number}", str(number)) for number in range(KEYS))
    tags = tuple(Tag(f"p{number}", str(-number)) for number in range(KEYS))
    for _ in range(RUNS):
        run_id = trail.run()
        trail.writer.append(
            events.ParamsLogged(run_id, trail.tick(), params), events.TagsSet(run_id, trail.tick(), tags)
        )
    trail.end()
    store = open_store(trail.folder)
    runs = store.search_runs(RunQuery(keys=None)).runs
    assert [len(run.params) for run in runs] == [KEYS] * RUNS
    assert [len(run.tags) for run in runs] == [KEYS] * RUNS
    assert runs[0].params == {param.key: param.value for param in params}
    store.close()
