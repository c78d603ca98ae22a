"""Optuna: a study is a run and its trials are its children, against Optuna's own trials."""

from pathlib import Path

from celltrail.journal import events
from celltrail.records import Status
from estimator_cells import Cells, Run
from framework_cells import steps, with_and_without

OBJECTIVE = """
import optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
def objective(trial):
    x, kind = trial.suggest_float("x", -1, 1), trial.suggest_categorical("kind", ["a", "b"])
    for step in (0, 10, 20):
        trial.report(x * step, step)
    if trial.number == 2:
        raise ValueError("this one fails")
    if trial.number == 3:
        raise optuna.TrialPruned
    trial.set_user_attr("note", f"n{trial.number}")
    return x ** 2
study = optuna.create_study(study_name="mine", sampler=optuna.samplers.RandomSampler(seed=0))
"""
OPTIMIZE = f"{OBJECTIVE}\nstudy.optimize(objective, n_trials=6, catch=(ValueError,))"


def _tags(cells: Cells, run: Run) -> dict[str, str]:
    set_ = [event for event in cells.journal()[0] if isinstance(event, events.TagsSet) and event.run_id == run.id]
    return {tag.key: tag.value for event in set_ for tag in event.tags}


def test_a_study_is_a_run_and_each_trial_its_child(cells: Cells) -> None:
    cells.run(OPTIMIZE)
    study_run, *children = cells.runs()
    study = cells.shell.user_ns["study"]
    assert (study_run.started.kind, study_run.variable, study_run.status) == ("search", "study", Status.FINISHED)
    params = {key: param.value for key, param in study_run.params.items()}
    assert (params["study_name"], params["direction"], params["sampler"]) == ("mine", "minimize", "RandomSampler")
    assert params["best__x"] == str(study.best_params["x"])
    assert steps(study_run) == {
        "trials": [(0, 6)],
        "best_value": [(0, study.best_value)],
        "best_trial": [(0, study.best_trial.number)],
    }
    assert len(children) == len(study.trials) == 6
    for child, trial in zip(children, study.trials, strict=True):
        assert (child.started.kind, child.started.parent_run_id) == ("candidate", study_run.id)
        assert {key: param.value for key, param in child.params.items()} == {
            key: str(value) for key, value in trial.params.items()
        }
        found = steps(child)
        assert dict(found["intermediate_value"]) == trial.intermediate_values
        assert found.get("value") == ([(0, trial.value)] if trial.value is not None else None)
        tags = _tags(cells, child)
        assert tags["trial_state"] == trial.state.name.lower()
        assert tags.get("best_trial") == ("true" if trial.number == study.best_trial.number else None)
        assert tags.get("note") == trial.user_attrs.get("note")


def test_a_failed_trial_says_why_and_a_pruned_one_has_finished(cells: Cells) -> None:
    cells.run(OPTIMIZE)
    _, *children = cells.runs()
    assert [child.status for child in children[2:4]] == [Status.FAILED, Status.FINISHED]
    assert children[2].finished is not None
    assert children[2].finished.error is not None
    assert (children[2].finished.error.name, children[2].finished.error.message) == ("ValueError", "this one fails")


def test_trials_in_threads_are_children_too(cells: Cells) -> None:
    cells.run(f"""{OBJECTIVE}
import celltrail
def logged(trial):
    celltrail.log_metric("mine", trial.number)
    return trial.suggest_float("x", 0, 1)
study.optimize(logged, n_trials=8, n_jobs=2)
""")
    study_run, *children = cells.runs()
    trials = {trial.number: trial for trial in cells.shell.user_ns["study"].trials}
    assert len(children) == 8
    assert all(child.started.parent_run_id == study_run.id for child in children)
    for child in children:
        number = int(child.started.name.partition("#")[2])
        assert (child.values()["value"], child.values()["mine"]) == (trials[number].value, number)


def test_what_an_objective_fits_and_logs_belongs_to_its_trial(cells: Cells) -> None:
    cells.run(f"""{OBJECTIVE}
import celltrail, xgboost as xgb
def fitting(trial):
    result = {{}}
    data = xgb.DMatrix(X_train, label=y_train)
    depth = trial.suggest_int("depth", 1, 3)
    xgb.train({{"max_depth": depth}}, data, 3, evals=[(data, "train")], evals_result=result, verbose_eval=False)
    celltrail.log_metric("mine", depth)
    return result["train"]["rmse"][-1]
study.optimize(fitting, n_trials=2)
""")
    study_run, *children = cells.runs()
    assert [run.started.kind for run in (study_run, *children)] == ["search", "candidate", "candidate"]
    for child in children:
        assert len(steps(child)["train-rmse"]) == 3
        assert steps(child)["train-rmse"][-1][1] == child.values()["value"]
        assert child.values()["mine"] == float(child.params["depth"].value)


def test_a_study_that_a_trial_or_an_interrupt_ends_keeps_its_best(cells: Cells) -> None:
    cells.fail(f"{OBJECTIVE}\nstudy.optimize(objective, n_trials=6)")
    study_run, *children = cells.runs()
    assert study_run.status is Status.FAILED
    assert [child.status for child in children] == [Status.FINISHED, Status.FINISHED, Status.FAILED]
    assert study_run.values()["best_value"] == cells.shell.user_ns["study"].best_value
    cells.fail("""
def stopped(trial):
    raise KeyboardInterrupt
study.optimize(stopped, n_trials=3)
""")
    *_, second, trial = cells.runs()
    assert (second.status, trial.status) == (Status.INTERRUPTED, Status.INTERRUPTED)


def test_a_second_call_that_finds_a_better_trial_moves_the_mark(cells: Cells) -> None:
    cells.run(OPTIMIZE)
    cells.run("study.enqueue_trial({'x': 0.0, 'kind': 'a'})\nstudy.optimize(objective, n_trials=1)")
    marked = [run for run in cells.runs() if _tags(cells, run).get("best_trial") == "true"]
    assert [run.params["x"].value for run in marked] == ["0.0"]


def test_several_directions_have_numbered_values_and_all_their_best(cells: Cells) -> None:
    cells.run("""
import optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(directions=["minimize", "maximize"], sampler=optuna.samplers.RandomSampler(seed=1))
study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), trial.params["x"] ** 2), n_trials=4)
""")
    _, *children = cells.runs()
    study = cells.shell.user_ns["study"]
    assert [(run.values()["value_0"], run.values()["value_1"]) for run in children] == [
        tuple(trial.values) for trial in study.trials
    ]
    best = {trial.number for trial in study.best_trials}
    assert {place for place, run in enumerate(children) if _tags(cells, run).get("best_trial") == "true"} == best


def test_tracking_changes_no_trial(tmp_path: Path) -> None:
    on, off = with_and_without(
        tmp_path, OPTIMIZE, "[(t.params, t.value, t.state.name, t.user_attrs) for t in study.trials]"
    )
    assert on == off
