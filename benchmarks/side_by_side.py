"""What MLflow's autologging and celltrail have each recorded after the same messy notebook session.

    python benchmarks/side_by_side.py --peers FOLDER [--write]

One session of a notebook: cells executed out of order, one edited and executed again, one deleted from the file, an
unseeded forest, metrics measured cells after their models. celltrail records it in a real kernel; MLflow (FOLDER/mlflow
is an environment with MLflow and scikit-learn) runs the same cells after `mlflow.autolog()`. Each question is asked of
what the two stores hold. `--write` puts the table into docs/side-by-side.md.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client import KernelManager

PAGE = Path(__file__).parents[1] / "docs" / "side-by-side.md"
START, END = "<!-- side by side: start -->", "<!-- side by side: end -->"
CLEAN = "frame = sales.copy()\nframe['weekday'] = frame.day.dt.dayofweek\n"
RIDGE = "model = Ridge(alpha=alpha).fit(X_train, y_train)"
MEASURE = "predictions = model.predict(X_test)\nmean_absolute_error(y_test, predictions)"
SESSION = (  # (cell, source) in the order of execution
    ("imports", ("import numpy as np\nimport pandas as pd\nfrom sklearn.ensemble import RandomForestRegressor\n"
     "from sklearn.linear_model import LogisticRegression, Ridge\n"
     "from sklearn.metrics import accuracy_score, mean_absolute_error, roc_auc_score\n"
     "from sklearn.model_selection import train_test_split")),
    ("load", "sales = pd.read_csv('sales.csv', parse_dates=['day'])"),
    ("clean", CLEAN),
    ("split", ("X = frame[['price', 'weekday', 'promotion']]\ny = frame.units\n"
     "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)")),
    ("alpha", "alpha = 1.0"),
    ("ridge", RIDGE),
    ("measure", MEASURE),
    ("late", ("late_train, late_test = y_train > 8, y_test > 8\n"
     "classifier = LogisticRegression().fit(X_train, late_train)")),
    ("auc", "roc_auc_score(late_test, classifier.predict_proba(X_test)[:, 1])"),
    ("threshold", "accuracy_score(late_test, classifier.predict_proba(X_test)[:, 1] > 0.35)"),
    ("clean", CLEAN + "frame = frame[frame.price < 60]\n"),
    ("split", ("X = frame[['price', 'weekday', 'promotion']]\ny = frame.units\n"
     "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)")),
    ("alpha", "alpha = 50.0"),
    ("ridge", RIDGE),
    ("measure", MEASURE),
    ("forest", "forest = RandomForestRegressor(20, max_depth=4).fit(X_train, y_train)"),
    ("forest error", "mean_absolute_error(y_test, forest.predict(X_test))"),
)  # fmt: skip
EXPECTED = (  # (what, estimator, index of the cell in SESSION that shows the value)
    ("mean absolute error of the first ridge", "Ridge", 6),
    ("AUC of `predict_proba(X)[:, 1]`", "LogisticRegression", 8),
    ("accuracy at a threshold of 0.35", "LogisticRegression", 9),
    ("mean absolute error of the second ridge", "Ridge", 14),
    ("mean absolute error of the forest", "RandomForestRegressor", 16),
)
MAKE_DATA = """
import numpy as np, pandas as pd
rng = np.random.default_rng(7)
n = 30_000
frame = pd.DataFrame({"day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 600, n), "D"),
    "price": rng.gamma(2, 12, n), "units": rng.poisson(7, n), "promotion": rng.random(n) < 0.3})
frame["units"] += frame.promotion * 2
"""
EDITS = {
    "an edited number in row 20,000 of 30,000": "frame.loc[20_000, 'price'] += 1",
    "a date shifted by one day in row 20,000": "frame.loc[20_000, 'day'] += pd.Timedelta(1, 'D')",
    "a flipped boolean in row 20,000": "frame.loc[20_000, 'promotion'] = not frame.loc[20_000, 'promotion']",
}
MLFLOW = """
import ast, json, os, sys, warnings, logging
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
import mlflow
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.autolog(silent=True)
session, make_data, edits = json.load(open("asked.json"))
names = {"__name__": "__main__"}
shown = []
for _, source in session:
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None)
shown = [float(value) if value is not None else None for value in shown]
client = mlflow.MlflowClient()
runs = []
for run in client.search_runs([e.experiment_id for e in client.search_experiments()]):
    def listed(path=None):
        for one in client.list_artifacts(run.info.run_id, path):
            yield from listed(one.path) if one.is_dir else [one.path]
    inputs = [one.dataset for one in run.inputs.dataset_inputs]
    models = [one.model_id for one in run.outputs.model_outputs] if run.outputs else []
    files = list(listed())
    for model in models:
        files += [one.path for one in client.list_logged_model_artifacts(model)]
    runs.append({"params": run.data.params, "metrics": run.data.metrics, "tags": run.data.tags, "files": files,
        "datasets": [(one.digest, one.source) for one in inputs]})
def digest(edit):
    names = {}
    exec(make_data + edit, names)
    return mlflow.data.from_pandas(names["frame"]).digest
edited = {what: digest(edit) != digest("") for what, edit in edits.items()}
print("\\nANSWER" + json.dumps({"shown": shown, "runs": runs, "edited": edited, "version": mlflow.__version__}))
"""


@dataclass(frozen=True)
class Recorded:
    """What one tool holds: a run as (estimator, alpha, metric values, text of all that is kept of it)."""

    tool: str
    runs: list[tuple[str, str, list[float], str]]
    shown: list[float | None]
    edited: dict[str, bool]
    facts: dict[str, str] = field(default_factory=dict)


def made_frame(edit: str = "") -> Any:
    """The data, made in both environments from one text."""
    names: dict[str, Any] = {}
    exec(MAKE_DATA + edit, names)  # noqa: S102 - our own text, which MLflow's process executes too
    return names["frame"]


def attributed(found: Recorded, estimator: str, cell: int) -> bool:
    """Whether the value that a cell showed is a metric of a run of the right estimator, and of the right alpha."""
    value = found.shown[cell]
    alpha = {6: "1.0", 14: "50.0"}.get(cell)
    return any(
        name.endswith(estimator)
        and (alpha is None or kept == alpha)
        and any(abs(one - value) < 1e-12 for one in values)
        for name, kept, values, _ in found.runs
    )


# --- celltrail -----------------------------------------------------------------------------------------------------


def by_celltrail(folder: Path) -> Recorded:
    """Run the session in a real kernel and ask the store."""
    shown = _in_kernel(folder)
    from celltrail.store.open import open_store
    from celltrail.store.runs import RunQuery

    with contextlib.closing(open_store(folder / ".celltrail")) as store:
        page = store.search_runs(RunQuery())
        details = [store.get_run(row.run_id) for row in page.runs]
        sources = {one.source for one in store.list_executions(session_id=details[0].run.session_id)}
    runs = []
    for detail in details:
        params = {param.key: param.value for param in detail.params}
        values = [metric.value for metric in detail.metrics]
        runs.append((detail.run.estimator, params.get("alpha", ""), values, ""))
    from celltrail.fingerprint.data import fingerprint

    before = fingerprint(made_frame()).digest
    edited = {what: fingerprint(made_frame(edit)).digest != before for what, edit in EDITS.items()}
    [forest] = [one for one in details if one.run.estimator.endswith("RandomForestRegressor")]
    is_kept = bool(forest.seed and forest.seed.drew_from)
    facts = {
        "the deleted and edited cell, as it was executed each time": _both(sources),
        "the file that was read, with a digest of its content": _yes(
            any(used.name == "sales.csv" and used.dataset.digest for used in details[0].datasets)
        ),
        "packages and Python": f"yes, {len(forest.environment.packages)}" if forest.environment else "no",
        "the fitted model, to load again": _yes(any(one.kind == "model" for one in forest.artifacts)),
        "the model's signature": _yes(any(model.signature for model in forest.models)),
        "hardware": _yes(forest.hardware is not None),
        "git commit and uncommitted changes": _yes(forest.code is not None and bool(forest.code.commit)),
        "the generator that the unseeded forest drew from, and its state": _yes(is_kept),
        "the run of the second ridge made again": _replayed(folder, details),
        "the run of the unseeded forest made again": _replayed(folder, [forest]),
    }
    return Recorded("celltrail", runs, shown, edited, facts)


def _both(sources: set[str]) -> str:
    found = sum(source.startswith(CLEAN.rstrip()) for source in sources)
    return "yes" if found == 2 else f"{found} of 2"


def _yes(fact: object) -> str:
    return "yes" if fact else "no"


def _in_kernel(folder: Path) -> list[float | None]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(
        cwd=str(folder), env={**os.environ, "JPY_SESSION_NAME": str(folder / "sales.ipynb"), "CELLTRAIL_MODELS": "on"}
    )
    client = manager.client()
    client.start_channels()
    shown: list[float | None] = []
    try:
        client.wait_for_ready(timeout=60)
        for cell, source in SESSION:
            results: list[str] = []
            content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}}
            message = client.session.msg("execute_request", content, metadata={"cellId": cell.replace(" ", "-")})
            client.shell_channel.send(message)
            while True:
                told = client.get_iopub_msg(timeout=120)
                if told["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                    continue
                if told["msg_type"] == "execute_result":
                    results.append(told["content"]["data"]["text/plain"])
                if told["msg_type"] == "error":
                    raise RuntimeError(told["content"]["evalue"])
                if told["msg_type"] == "status" and told["content"]["execution_state"] == "idle":
                    break
            number = results[-1] if results else ""
            shown.append(float(number.removeprefix("np.float64(").rstrip(")")) if number else None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    return shown


def _replayed(folder: Path, details: list) -> str:
    detail = details[0]
    if not detail.run.estimator.endswith("RandomForestRegressor"):
        ridges = [one for one in details if one.run.estimator.endswith("Ridge")]
        detail = max(ridges, key=lambda one: one.run.started_at)
    done = subprocess.run(
        [sys.executable, "-m", "celltrail.cli", "replay", detail.run.run_id, "--json"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    return f"`celltrail replay`: {report['status']}, {len(report['plan']['steps'])} of {report['plan']['total']} cells"


# --- MLflow --------------------------------------------------------------------------------------------------------


def by_mlflow(folder: Path, python: Path) -> Recorded:
    """Run the same cells after `mlflow.autolog()` and ask its client."""
    (folder / "asked.json").write_text(json.dumps([SESSION, MAKE_DATA, EDITS]), encoding="utf-8")
    done = subprocess.run([str(python), "-c", MLFLOW], cwd=folder, capture_output=True, text=True, check=False)
    if "ANSWER" not in done.stdout:
        raise RuntimeError(done.stderr[-2000:])
    answer = json.loads(done.stdout.rpartition("ANSWER")[2])
    runs = [
        (
            run["tags"].get("estimator_class", ""),
            run["params"].get("alpha", ""),
            list(run["metrics"].values()),
            json.dumps(run),
        )
        for run in answer["runs"]
    ]
    kept = "".join(run[3] for run in runs)
    has_requirements = any(name.endswith("requirements.txt") for run in answer["runs"] for name in run["files"])
    facts = {
        "the deleted and edited cell, as it was executed each time": "no" if "frame.price < 60" not in kept else "yes",
        "the file that was read, with a digest of its content": _yes("sales.csv" in kept),
        "packages and Python": "those that it infers for the model, with the model" if has_requirements else "no",
        "the fitted model, to load again": _yes(any("model.pkl" in run[3] or "skops" in run[3] for run in runs)),
        "the model's signature": _yes(any("MLmodel" in run[3] for run in runs)),
        "hardware": "no",
        "git commit and uncommitted changes": _yes("mlflow.source.git.commit" in kept),
        "the generator that the unseeded forest drew from, and its state": "no",
        "the run of the second ridge made again": "no command for it",
        "the run of the unseeded forest made again": "no command for it",
    }
    return Recorded(f"MLflow {answer['version']} autolog", runs, answer["shown"], answer["edited"], facts)


# --- the table -----------------------------------------------------------------------------------------------------


def table(one: Recorded, other: Recorded) -> str:
    """The questions, and what each answers."""
    lines = [f"| | {one.tool} | {other.tool} |", "| --- | --- | --- |"]

    def row(what: str, answer: Callable[[Recorded], str]) -> None:
        lines.append(f"| {what} | {answer(one)} | {answer(other)} |")

    row(
        "code added to the notebook",
        lambda found: (
            "none (`CELLTRAIL_MODELS=on` in the environment)" if found is one else "`mlflow.autolog()`, a tracking URI"
        ),
    )
    row("runs for the 4 fits", lambda found: str(len(found.runs)))
    for what, estimator, cell in EXPECTED:
        row(f"{what}, on its run", lambda found, e=estimator, c=cell: _yes(attributed(found, e, c)))
    for what in one.facts:
        row(what, lambda found, w=what: found.facts[w])
    for what in EDITS:
        row(f"{what} changes the dataset's digest", lambda found, w=what: _yes(found.edited[w]))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="put the table into docs/side-by-side.md")
    arguments = parser.parse_args()
    found = []
    for make in (by_celltrail, lambda folder: by_mlflow(folder, arguments.peers / "mlflow" / "bin" / "python")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            made_frame().to_csv(folder / "sales.csv", index=False)
            git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
            (folder / ".gitignore").write_text("mlflow.db\nmlruns\nasked.json\n.celltrail\n", encoding="utf-8")
            for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "data"]):
                subprocess.run([*git, *words], cwd=folder, check=True)
            found.append(make(folder))
    text = table(*found)
    print(text)
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(START)
        PAGE.write_text(f"{before}{START}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
