"""What a replay compares of a run in a store, and what it says of randomness, files and gaps, without a kernel."""

import os
import shutil

import pytest

from celltrail import clock
from celltrail.config import load_settings
from celltrail.execute.replay.code import compare_code
from celltrail.execute.replay.files import keep_files
from celltrail.execute.replay.plan import plan_replay
from celltrail.execute.replay.randomness import seeds, unseeded
from celltrail.execute.replay.report import Verdict, worst
from celltrail.execute.replay.session import SessionLostError, Sessions, read_session
from celltrail.execute.replay.suspects import changed_modules, environment_variables, suspects
from celltrail.execute.replay.values import compare_values
from celltrail.fingerprint.files import FileDigests
from celltrail.journal.blobs import BlobStore
from celltrail.records import CodeVersion, DatasetRole, DatasetVersion, ErrorInfo, FileUse, Status
from celltrail.store.open import open_store
from journal_writing import START, Trail, read, wrote


def test_the_verdict_over_several_is_the_worst():
    assert worst([]) is Verdict.IDENTICAL
    assert worst([Verdict.IDENTICAL, Verdict.TOLERATED]) is Verdict.TOLERATED
    assert worst([Verdict.CANNOT, Verdict.DIFFERS]) is Verdict.CANNOT


def details(folder, *run_ids):
    store = open_store(folder)
    try:
        return [store.get_run(run_id) for run_id in run_ids]
    finally:
        store.close()


def found(before, after):
    return {one.name: one.status for one in compare_values(before, after)}


def test_each_value_is_compared_with_its_own_and_what_is_new_does_not_count(tmp_path):
    trail = Trail(tmp_path / ".celltrail")
    first = trail.run(
        params={"alpha": 0.1, "f": "<function f at 0x7f00AB>", "tol": 1e-4, "only": 1}, metrics={"m": 1.0, "gone": 2.0}
    )
    second = trail.run(
        params={"alpha": 0.2, "f": "<function f at 0x12CD>", "tol": 1e-4 * (1 + 1e-12), "new": 1},
        metrics={"m": 1.0 + 1e-12, "new": 1.0},
    )
    for run_id, value in ((first, 0.25), (second, 0.75)):
        trail.metric(run_id, "m", value, dataset_name="X_test")
        trail.metric(run_id, "series", value, 0.5)
    for run_id, digest in ((first, "xxh3-128:1"), (second, "xxh3-128:2")):
        trail.dataset(run_id, DatasetVersion(digest, "ndarray"), DatasetRole.TRAIN, "X")
        trail.dataset(run_id, DatasetVersion("xxh3-128:3", "ndarray"), DatasetRole.TARGET, "y")
    trail.dataset(first, DatasetVersion("xxh3-128:4", "ndarray"), DatasetRole.PREDICT, "X_new")
    trail.end()
    before, after = details(tmp_path / ".celltrail", first, second)
    assert found(before, after) == {
        "state": Verdict.IDENTICAL,
        "param alpha": Verdict.DIFFERS,
        "param f": Verdict.IDENTICAL,
        "param only": Verdict.DIFFERS,
        "param tol": Verdict.TOLERATED,
        "metric gone": Verdict.DIFFERS,
        "metric m": Verdict.TOLERATED,
        "metric m on X_test": Verdict.DIFFERS,
        "metric series": Verdict.DIFFERS,  # it ends the same and went another way there
        "dataset X (train)": Verdict.DIFFERS,
        "dataset y (target)": Verdict.IDENTICAL,
    }
    assert set(found(before, before).values()) == {Verdict.IDENTICAL}


def test_the_candidates_of_a_search_are_compared_one_by_one(tmp_path):
    trail = Trail(tmp_path / ".celltrail")
    searches = []
    for scores in ((0.5, 0.7), (0.5, 0.8)):
        searches.append(trail.run("search", kind="search"))
        for score in scores:
            trail.run("candidate", kind="candidate", parent_run_id=searches[-1], metrics={"score": score})
    trail.end()
    statuses = list(found(*details(tmp_path / ".celltrail", *searches)).values())
    assert statuses == [Verdict.IDENTICAL, Verdict.IDENTICAL, Verdict.DIFFERS]


def test_a_run_without_values_is_never_called_identical_but_a_failed_one_may_fail_again(tmp_path):
    trail = Trail(tmp_path / ".celltrail")
    bare = trail.run()
    failed = trail.run(status=Status.FAILED, error=ErrorInfo("KeyError", "'a'"))
    other = trail.run(status=Status.FAILED, error=ErrorInfo("KeyError", "'b'"))
    trail.end()
    one, two, three = details(tmp_path / ".celltrail", bare, failed, other)
    assert found(one, one) == {"state": Verdict.IDENTICAL, "values": Verdict.CANNOT}
    assert found(two, two) == {"state": Verdict.IDENTICAL}
    assert found(two, three) == {"state": Verdict.DIFFERS}


def test_seeding_and_generators_without_a_seed_are_read_from_the_text():
    assert seeds("np.random.seed(0)\nrandom.seed(a=1)\ntorch.manual_seed(3)") == {"numpy", "python", "torch"}
    assert seeds("np.random.seed()\nrandom.seed()") == frozenset()
    assert unseeded("rng = np.random.default_rng()") == ("numpy.random.default_rng()",)
    assert unseeded("rng = np.random.RandomState(None)") == ("numpy.random.RandomState(None)",)
    assert unseeded("rng = np.random.default_rng(7)") == ()


@pytest.fixture
def recorded(tmp_path):
    """A session with a gap in its counts, an interrupted cell, and files that it read, wrote and may have made."""
    (tmp_path / "pyproject.toml").touch()
    trail = Trail(tmp_path / ".celltrail")
    trail.cell("rows = open('in.csv')", files=(read("in.csv"),))
    trail.cell("!curl -O somewhere/fetched.csv")
    trail.cell("rows = open('fetched.csv')", files=(read("fetched.csv"),))
    trail.cell("while True: pass", status=Status.INTERRUPTED)
    trail._count += 1
    trail.cell("open('out.csv', 'w')", files=(wrote("out.csv"),))
    fit = trail.cell("fit(open('out.csv'))", files=(FileUse("out.csv", "read", "blake3:1"),))
    run_id = trail.run(execution_id=fit, metrics={"m": 1.0})
    trail.cell("later()")
    trail.end()
    return tmp_path, trail.session_id, details(tmp_path / ".celltrail", run_id)[0]


def test_the_plan_says_what_is_read_written_missing_left_out_and_unseen(recorded):
    folder, session_id, detail = recorded
    session = read_session(folder / ".celltrail", session_id)
    assert [one.execution_count for one in session.executions] == [1, 2, 3, 4, 6, 7, 8]
    planned = plan_replay(detail, session, load_settings(folder), is_full=True)
    plan = planned.plan
    assert [step.execution_count for step in plan.steps] == [1, 2, 3, 6, 7]
    assert [one.execution_count for one in planned.left_out] == [4]
    assert plan.total == 6
    assert plan.reads == ("in.csv", "fetched.csv")
    assert plan.writes == ("out.csv",)
    assert plan.missing == ("the file in.csv, which the run's cells read, is not there",)
    assert any("[4] was interrupted" in note for note in plan.notes)
    assert any("not in the trail: [5]" in note for note in plan.notes)
    (folder / "in.csv").touch()
    assert plan_replay(detail, session, load_settings(folder), is_full=True).plan.missing == ()


def test_a_session_whose_journal_is_gone_is_told(recorded):
    folder, _, _ = recorded
    with pytest.raises(SessionLostError, match="no journal tells of session 'ffff'"):
        read_session(folder / ".celltrail", "ffff")


def patch(path, line):
    return f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-old\n+{line}\n".encode()


def test_a_session_that_many_runs_were_made_in_is_read_once(tmp_path):
    trail = Trail(tmp_path / ".celltrail")
    trail.cell("x = 1")
    trail.end()
    sessions = Sessions(trail.folder)
    first = sessions.of(trail.session_id)
    shutil.rmtree(trail.folder / "journal")
    assert sessions.of(trail.session_id) is first
    with pytest.raises(SessionLostError, match="no journal tells"):
        sessions.of("another")


def test_a_saved_notebook_is_no_change_of_code_and_a_module_is():
    blobs = {
        "saved": b"# untracked: out.csv\n" + patch("train.ipynb", "1") + patch("model.py", "x"),
        "again": b"# untracked: made.pkl\n" + patch("train.ipynb", "2") + patch("model.py", "x"),
        "edited": patch("train.ipynb", "2") + patch("model.py", "y"),
        "added": b"# untracked: new.py\n" + patch("model.py", "x"),
    }

    def differs(before, after):
        versions = (CodeVersion(name, "c0ffee", diff_digest=name) for name in (before, after))
        return [one.name for one in compare_code(*versions, read_blob=blobs.__getitem__)]

    assert differs("saved", "saved") == []
    assert differs("saved", "again") == []
    assert differs("saved", "edited") == ["model.py"]
    assert differs("saved", "added") == ["new.py"]
    assert differs("saved", "") == ["model.py"]
    [commit] = compare_code(CodeVersion("1", "aaaa"), CodeVersion("2", "bbbb"), blobs.__getitem__)
    assert (commit.name, commit.status, commit.before, commit.after) == ("commit", Verdict.DIFFERS, "aaaa", "bbbb")


def test_uncommitted_changes_that_are_gone_are_told(tmp_path):
    before, after = CodeVersion("1", "aaaa", diff_digest="blake3:" + "0" * 64), CodeVersion("2", "aaaa")
    [finding] = compare_code(before, after, BlobStore(tmp_path).read)
    assert finding.status is Verdict.CANNOT
    assert "not there any more" in finding.note


def test_only_what_a_replayed_cell_wrote_or_removed_is_put_back(tmp_path):
    names = ("same", "overwritten", "removed", "others", "link", "new")
    for name in names[:4]:
        (tmp_path / name).write_text("before", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "same")
    (tmp_path / "pyproject.toml").touch()
    kept = keep_files(tmp_path, names, tmp_path / "aside")
    assert sorted(kept.copies) == ["others", "overwritten", "removed", "same"]
    (tmp_path / "overwritten").write_text("by the replay", encoding="utf-8")
    (tmp_path / "others").write_text("by somebody else", encoding="utf-8")
    (tmp_path / "new").write_text("made", encoding="utf-8")
    (tmp_path / "removed").unlink()
    digest = FileDigests().digest(tmp_path / "overwritten")
    trail = Trail(tmp_path / ".celltrail")
    trail.cell(files=(FileUse("overwritten", "write", digest), FileUse("others", "write", digest)))
    trail.end()
    again = read_session(tmp_path / ".celltrail", trail.session_id).executions
    done = kept.put_back(again)
    assert done.paths == ("overwritten", "removed")
    [(path, copy)] = done.others
    assert (path, copy.read_text(encoding="utf-8")) == ("others", "before")
    contents = {name: (tmp_path / name).read_text(encoding="utf-8") for name in names}
    assert contents == {
        **dict.fromkeys(("same", "overwritten", "removed", "link"), "before"),
        "others": "by somebody else",
        "new": "made",
    }
    assert list((tmp_path / "aside").iterdir()) == [copy], "what may be wanted is kept, and nothing else"


def executions(folder, *sources):
    trail = Trail(folder / ".celltrail")
    for source in sources:
        trail.cell(source)
    trail.end()
    return read_session(folder / ".celltrail", trail.session_id).executions


def test_what_cells_use_and_nobody_records_is_named_with_its_cell(tmp_path):
    steps = executions(
        tmp_path,
        "now = time.time()",
        "rows = requests.get('https://example.org').json()",
        "horizon = os.environ['HORIZON']; home = os.getenv('PLACE')",
        "alpha = 0.5",
        "words = {f'word {n}' for n in range(9)}",
        "words = list({'a', 'b'})",
        "is_over.set(); beta = {'a': 1}",
    )
    assert suspects(steps) == ("the clock ([1])", "the network ([2])", "the order of a set or a hash ([5], [6])")
    assert [one.name for one in environment_variables(steps)] == [
        "environment variable HORIZON",
        "environment variable PLACE",
    ]


def test_a_module_or_script_of_the_project_that_changed_since_is_named(tmp_path):
    steps = executions(tmp_path, "import edited, untouched, json", "from package.part import x", "%run script.py")
    for name in ("edited.py", "untouched.py", "package/part.py", "script.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    os.utime(tmp_path / "untouched.py", (1, 1))
    found = changed_modules(steps, (tmp_path,), START)
    assert [one.name for one in found] == ["edited.py", "package/part.py", "script.py"]
    assert changed_modules(steps, (tmp_path,), clock.now() + 60_000_000) == ()


def test_a_file_that_grew_on_top_of_what_was_there_is_told_from_one_written_anew(tmp_path):
    for name in ("log", "anew", "same"):
        (tmp_path / name).write_text("one\n", encoding="utf-8")
    kept = keep_files(tmp_path, ("log", "anew", "same"), tmp_path / "aside")
    (tmp_path / "log").write_text("one\ntwo\n", encoding="utf-8")
    (tmp_path / "anew").write_text("two\nthree\n", encoding="utf-8")
    assert kept.appended() == ("log",)
