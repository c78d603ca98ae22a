"""Keras on PyTorch: what `fit`, `evaluate` and `predict` leave in the trail, against Keras's own history."""

from pathlib import Path

import pytest

from celltrail.records import DatasetRole, Evidence, Status
from estimator_cells import Cells
from framework_cells import numbered, steps, with_and_without

pytestmark = pytest.mark.filterwarnings("ignore")  # what Keras and torch warn of while they are imported is not ours

FIT = """
import os
os.environ["KERAS_BACKEND"] = "torch"
import keras, torch
torch.set_num_threads(1)
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.SGD(0.125), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(
    X_train, y_train, epochs=4, batch_size=16, validation_data=(X_test, y_test), verbose=0,
    callbacks=[keras.callbacks.EarlyStopping(patience=10)],
)
"""


def test_a_fit_is_a_run_with_its_history_by_epoch(cells: Cells) -> None:
    cells.run(FIT)
    (run,) = cells.runs()
    history, model = cells.shell.user_ns["history"], cells.shell.user_ns["model"]
    assert (run.started.name, run.variable, run.status) == ("Sequential", "model", Status.FINISHED)
    params = {key: param.value for key, param in run.params.items()}
    assert (params["epochs"], params["batch_size"], params["loss"]) == ("4", "16", "binary_crossentropy")
    assert (params["optimizer"], params["optimizer__learning_rate"]) == ("SGD", "0.125")
    assert int(params["parameters"]) == model.count_params() == 19
    best = {key: values for key, values in steps(run).items() if key.startswith("best_")}
    assert {key: values for key, values in steps(run).items() if key not in best} == {
        name: numbered(values) for name, values in history.history.items()
    }
    losses = history.history["val_loss"]
    assert best == {"best_iteration": [(0, losses.index(min(losses)))], "best_score": [(0, min(losses))]}
    assert [(role, name) for role, name, _ in run.datasets if role is not DatasetRole.INPUT] == [
        (DatasetRole.TRAIN, "X_train"),
        (DatasetRole.TARGET, "y_train"),
        (DatasetRole.EVALUATE, "X_test"),
    ]


def test_what_is_measured_on_the_model_belongs_to_its_run(cells: Cells) -> None:
    cells.run(FIT)
    cells.run("loss, accuracy = model.evaluate(X_test, y_test, verbose=0)")
    cells.run("from sklearn.metrics import roc_auc_score\np = model.predict(X_test, verbose=0)[:, 0]")
    cells.run("roc_auc_score(y_test, p)")
    (run,) = cells.runs()
    names = cells.shell.user_ns
    assert (run.values()["loss_X_test"], run.values()["accuracy_X_test"]) == (names["loss"], names["accuracy"])
    assert run.metric("roc_auc_score_X_test").evidence in {Evidence.SAME_OBJECT, Evidence.NAME_LINEAGE}


def test_a_fit_that_an_interrupt_ends_keeps_its_epochs(cells: Cells) -> None:
    cells.run(FIT)
    cells.fail("""
class Stop(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2: raise KeyboardInterrupt
model.fit(X_train, y_train, epochs=5, verbose=0, callbacks=[Stop()])
""")
    _, run = cells.runs()
    assert (run.status, len(steps(run)["loss"])) == (Status.INTERRUPTED, 2)


def test_tracking_changes_no_bit_of_the_model(tmp_path: Path) -> None:
    facts = "[w.numpy().tobytes() for w in model.weights], history.history, np.random.random()"
    on, off = with_and_without(tmp_path, FIT.replace("set_random_seed(0)", "set_random_seed(1)"), facts)
    assert on == off
