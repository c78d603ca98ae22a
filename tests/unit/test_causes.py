"""Why two runs differ: the causes that are found, what they say, and how they are ranked."""

import subprocess
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from celltrail.config import load_settings
from celltrail.errors import ComparisonError, ParameterError
from celltrail.execute.explain.pairs import explain_pair, gather_pair
from celltrail.execute.explain.proofs import swap_of
from celltrail.execute.explain.proving import lay_swap
from celltrail.execute.replay.conditions import Conditions, parse_swap
from celltrail.fingerprint.files import FileDigests
from celltrail.journal import events
from celltrail.records import Environment, FileUse, Hardware, Origin, Package, Param, Seed
from celltrail.runs.causes import CauseKind, CauseProof, LikelyCause, Standing, rank_causes, with_proof
from celltrail.runs.module_diff import ModuleText, compare_modules, module_causes
from celltrail.store.open import open_store
from journal_writing import Trail

FIT = "from sklearn.linear_model import Ridge\nmodel = Ridge(alpha=alpha).fit(X)"


class Project:
    """Runs of one notebook, written as kernels do."""

    def __init__(self, root):
        self.root = root
        (root / "pyproject.toml").touch()
        self.settings = load_settings(root)

    def run(self, *cells, params=None, metrics=None, reads=None, packages=(), threads=(), seed=None, order=None):
        trail = Trail(self.settings.store)
        files = tuple(FileUse(path, "read", digest) for path, digest in (reads or {}).items())
        executions = {}
        for place in order or range(len(cells)):
            ends = {"names_written": ("X",), "files": files} if place == 0 else {}
            executions[place] = trail.cell(cells[place], f"c{place}", **ends)
        last = executions[len(cells) - 1] if cells else ""
        run_id = trail.run(execution_id=last, metrics=metrics, estimator="sklearn.linear_model.Ridge")
        if params:
            found = tuple(Param(key, value, origin=Origin.ESTIMATOR) for key, value in params.items())
            trail.writer.append(events.ParamsLogged(run_id, trail.tick(), found))
        environment = Environment(f"e:{packages}", "3.11", "CPython", "Linux", tuple(Package(*one) for one in packages))
        hardware = Hardware(f"h:{threads}", "cpu", 2, 1 << 30, threads=threads)
        trail.writer.append(
            events.EnvironmentSeen(environment),
            events.HardwareSeen(hardware),
            events.RunContext(run_id, trail.tick(), environment.digest, hardware.digest, seed=seed),
        )
        trail.end()
        return run_id

    def explain(self, *run_ids, metric=""):
        store = open_store(self.settings.store)
        try:
            return explain_pair(store, self.settings, store.get_runs(run_ids), metric=metric)
        finally:
            store.close()


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def told(explained):
    return [(str(cause.kind), str(cause.standing), cause.title) for cause in explained.causes]


def test_a_parameter_is_told_with_the_cell_that_gives_it_and_that_cell_is_not_told_again(project):
    runs = [
        project.run("X = load()", f"alpha = {alpha}", FIT, params={"alpha": alpha}, metrics={"rmse": rmse})
        for alpha, rmse in (("0.1", 2.0), ("10", 3.0))
    ]
    found = project.explain(*runs)
    assert told(found) == [("parameter", "direct", "alpha changed 0.1 → 10")]
    assert "set in cell [2]: -alpha = 0.1; +alpha = 10" in found.causes[0].evidence
    assert found.causes[0].swap == "code:[2]"
    assert (found.metric, found.values) == ("rmse", (2.0, 3.0))  # noqa: PD011 - a record's, not pandas


def test_a_seed_a_package_and_threads_are_ranked_direct_before_indirect(project):
    runs = [
        project.run(
            f"X = split(data, random_state={seed})",
            FIT,
            metrics={"rmse": rmse},
            packages=(("scikit-learn", sklearn), ("numpy", numpy), ("black", sklearn)),
            threads=(threads,),
        )
        for seed, rmse, sklearn, numpy, threads in (
            (0, 2.0, "1.8", "2.3", "OMP 4"),
            (1, 3.0, "1.9", "2.4", "OMP 8"),
        )
    ]
    found = project.explain(*runs)
    assert told(found) == [
        ("seed", "direct", "random_state changed 0 → 1 in cell [1]"),
        ("package", "direct", "scikit-learn 1.8 → 1.9"),
        ("package", "indirect", "numpy 2.3 → 2.4"),
        ("package", "indirect", "1 package that the cells do not import differs"),
        ("package", "indirect", "all 3 packages that differ, together"),
        ("hardware", "indirect", "hardware: threads changed OMP 4 → OMP 8"),
    ]


def test_an_edited_cell_that_the_metric_does_not_need_is_no_cause(project):
    runs = [
        project.run("X = 1", f"unrelated = '{word}'", "model = fit(X)", metrics={"rmse": rmse})
        for word, rmse in (("one", 1.0), ("other", 2.0))
    ]
    assert told(project.explain(*runs)) == []
    runs = [
        project.run(source, "model = fit(X)", metrics={"rmse": 1.0 * n})
        for n, source in enumerate(("X = 1", "X = f(2)"))
    ]
    [cause] = project.explain(*runs).causes
    assert (cause.title, cause.evidence) == ("cell [1] edited: X = f(2)", ("-X = 1", "+X = f(2)"))


def test_a_cell_of_which_comments_and_form_alone_changed_is_no_cause(project):
    runs = [
        project.run(source, FIT, metrics={"rmse": 1.0 * n})
        for n, source in enumerate(("X = load('a.csv')  # the old file", "# the new one\nX = load(\n    'a.csv',\n)"))
    ]
    found = project.explain(*runs)
    assert told(found) == []
    assert [str(pair.change) for pair in found.code.changed] == ["edited"]  # it is shown among the code all the same


def test_cells_in_another_order_are_told(project):
    cells = ("X = [1]", "X.append(2)", "X.reverse()", "model = fit(X)")
    runs = [project.run(*cells, order=order, metrics={"m": 1.0 * order[1]}) for order in ((0, 1, 2, 3), (0, 2, 1, 3))]
    found = project.explain(*runs)
    assert told(found)[0] == ("order", "direct", "executed out of order: [3] ran after [2]")


def test_an_unseeded_draw_is_told_and_the_frames_that_follow_from_it_come_last(project):
    cells = ("X = train_test_split(data)", "model = fit(X)")
    runs = [project.run(*cells, metrics={"m": n}, seed=Seed(drew_from=("numpy",))) for n in (1.0, 2.0)]
    assert told(project.explain(*runs))[0] == ("chance", "direct", "unseeded generator drawn by [1]")


def test_values_of_a_file_are_counted_where_both_contents_are_kept(project):
    def commit(table):
        table.to_csv(project.root / "train.csv", index=False)
        for words in (["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "data"]):
            subprocess.run(["git", *words], cwd=project.root, check=True, capture_output=True)
        return FileDigests().digest(project.root / "train.csv")

    subprocess.run(["git", "init", "-q"], cwd=project.root, check=True)
    table = pd.DataFrame({"age": range(3000), "income": [float(n) for n in range(3000)], "old": 1})
    first = commit(table)
    changed = table.drop(columns="old").assign(new=2)
    changed.loc[:1203, "income"] += 0.5
    second = commit(changed)
    cells = ("X = pd.read_csv('train.csv')", "model = fit(X)")
    runs = [project.run(*cells, metrics={"m": n}, reads={"train.csv": d}) for n, d in ((1.0, first), (2.0, second))]
    found = project.explain(*runs)
    [cause] = found.causes
    assert cause.kind is CauseKind.DATA
    assert cause.standing is Standing.DIRECT
    assert cause.swap == "data:train.csv"
    shift = (changed["income"].mean() - table["income"].mean()) / table["income"].std()
    said = f"column income: 1,204 of 3,000 values differ, its mean moved by {shift:+.2g} standard deviations"
    assert said in cause.evidence
    columns = {column.name: column for column in found.data[0].columns}
    assert {name: column.change for name, column in columns.items()} == {
        "income": "changed", "old": "removed", "new": "added",
    }  # fmt: skip
    assert columns["income"].before_profile.mean == pytest.approx(table["income"].mean())


def test_a_file_whose_content_is_gone_is_told_by_its_digest_and_says_so(project):
    cells = ("X = read('gone.csv')", "model = fit(X)")
    runs = [project.run(*cells, metrics={"m": n}, reads={"gone.csv": f"blake3:{n}"}) for n in (1.0, 2.0)]
    [cause] = project.explain(*runs).causes
    assert cause.title == "gone.csv has another content"
    assert any("is gone" in line for line in cause.evidence)


def test_nothing_that_differs_is_no_cause_and_a_run_of_no_cell_says_so(project):
    runs = [project.run(metrics={"m": n}) for n in (1.0, 2.0)]
    found = project.explain(*runs)
    assert found.causes == ()
    assert sum("was made by no cell" in note for note in found.notes) == 2


def test_a_metric_that_does_not_differ_or_that_no_run_has_is_refused(project):
    runs = [project.run("fit()", metrics={"m": n, "same": 1.0}) for n in (1.0, 2.0)]
    with pytest.raises(ComparisonError, match="the metric 'same' is the same in all runs"):
        project.explain(*runs, metric="same")
    with pytest.raises(ComparisonError, match="no metric 'what'; those that differ are: m"):
        project.explain(*runs, metric="what")


def test_a_proof_outranks_what_is_assumed_and_a_refuted_cause_comes_last():
    def cause(kind, standing, weight=0.0, share=None):
        made = LikelyCause(kind, standing, f"{kind} {standing} {weight} {share}", weight=weight)
        return made if share is None else with_proof(made, CauseProof(1.0, share, "r", ""))

    wanted = [
        cause(CauseKind.HARDWARE, Standing.INDIRECT, share=0.99),
        cause(CauseKind.SEED, Standing.DIRECT, share=0.4),
        cause(CauseKind.PARAMETER, Standing.DIRECT, 0.2),
        cause(CauseKind.DATA, Standing.DIRECT, 0.9),
        cause(CauseKind.DATA, Standing.DIRECT, 0.1),
        cause(CauseKind.PACKAGE, Standing.INDIRECT),
        cause(CauseKind.DATA, Standing.FOLLOWS),
        cause(CauseKind.CODE, Standing.DIRECT, share=0.01),
    ]
    assert list(rank_causes(wanted[::-1])) == wanted
    assert [one.standing for one in wanted[:2]] == [Standing.PROVEN, Standing.PROVEN]
    assert wanted[-1].standing is Standing.REFUTED


def module_cause(before, after, sources=("from features import clean\nclean(1)",)):
    sides = [{"features": ModuleText("src/features.py", text)} if text else {} for text in (before, after)]
    return [*module_causes(compare_modules(sides[0], sides[1], sources))]


CLEAN = """
def clean(x):
    return x + 1


def score(x):
    return 2


class Box:
    def put(self):
        return 1
"""


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        ("x + 1", "x + 2", "module src/features.py, function clean() changed"),
        ("return 1\n", "return 3\n", "module src/features.py, method Box.put() changed"),
        ("class Box:", "class Box(dict):", "module src/features.py, class Box changed"),
        ("def clean", "RATE = 1\n\n\ndef clean", "module src/features.py changed outside of its functions"),
    ],
)
def test_a_module_that_changed_is_told_by_its_functions_with_the_difference(old, new, title):
    [cause] = module_cause(CLEAN, CLEAN.replace(old, new))
    assert (cause.kind, cause.swap) == (CauseKind.CODE, "code:src/features.py")
    assert {line[0] for line in cause.evidence} <= {"+", "-"}
    assert cause.title == title
    [first] = module_cause(CLEAN, CLEAN.replace("x + 1", "x + 2"))
    assert first.evidence == ("-    return x + 1", "+    return x + 2")


def test_comments_texts_and_blank_lines_of_a_module_are_no_cause():
    told = CLEAN.replace("def clean(x):\n", "def clean(x):  # cleans\n").replace("\n\n\nclass", "\n\n\n\n# more\nclass")
    assert module_cause(CLEAN, told) == []


def test_a_function_that_nothing_names_is_an_indirect_cause():
    [used] = module_cause(CLEAN, CLEAN.replace("x + 1", "x + 2"))
    [unused] = module_cause(CLEAN, CLEAN.replace("return 2", "return 5"))
    assert (used.standing, unused.standing) == (Standing.DIRECT, Standing.INDIRECT)


def test_a_module_of_one_run_alone_or_from_elsewhere_cannot_be_swapped():
    [cause] = module_cause("", CLEAN)
    assert (cause.title, cause.swap) == ("module src/features.py only in the second run", "")
    assert cause.no_swap == "a replay swaps a module of the project that both runs have"


def test_the_packages_of_the_second_run_are_laid_as_a_swap_and_known_again(project):
    """One package that differs is a cause of its own; several can only be swapped together."""
    runs = [
        project.run("x = 1", metrics={"rmse": 2.0 + place}, packages=(("numpy", f"2.{place}"),)) for place in (3, 4)
    ]
    [cause] = [one for one in project.explain(*runs).causes if one.kind is CauseKind.PACKAGE and one.swap]
    assert cause.title in {"numpy 2.3 → 2.4", "1 package that the cells do not import differs"}
    with closing(open_store(project.settings.store)) as store:
        details = store.get_runs(runs)
        pair = gather_pair(store, project.settings, (details[0], details[1]))
        swap = lay_swap(store, project.settings, pair, cause.swap)
    assert Conditions((swap,)).other_environment() == details[1].environment
    assert swap_of(swap.label, runs[1]) == "environment"
    assert swap_of(swap.label, runs[0]) == swap_of("environment", runs[1]) == ""
    with pytest.raises(ParameterError, match="leave out --env recorded"):
        Conditions((swap,), rebuilds_environment=True)


def test_what_is_laid_stays_in_the_store_whatever_a_journal_calls_the_run(project):
    first = project.run("x = 1", metrics={"rmse": 2.0})
    trail = Trail(project.settings.store)
    hostile = trail.run(run_id="../../../outside", execution_id=trail.cell("x = 2"), metrics={"rmse": 3.0})
    trail.writer.append(events.EnvironmentSeen(Environment("e", "3.11", "CPython", "Linux", ())))
    trail.writer.append(events.RunContext(hostile, trail.tick(), "e"))
    trail.end()
    with closing(open_store(project.settings.store)) as store:
        details = store.get_runs((first, hostile))
        pair = gather_pair(store, project.settings, (details[0], details[1]))
        swap = lay_swap(store, project.settings, pair, "environment")
    assert Path(swap.given).resolve().is_relative_to(project.settings.store.resolve())
    assert not (project.root.parent / "outside").exists()


def test_a_file_that_is_no_record_of_an_environment_is_refused(tmp_path):
    (tmp_path / "packages.json").write_text("numpy==2.4")
    swap = parse_swap(f"environment={tmp_path / 'packages.json'}")
    with pytest.raises(ParameterError, match="is no record of an environment"):
        Conditions((swap,)).other_environment()
