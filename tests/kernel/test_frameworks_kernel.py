"""Frameworks in a real kernel, as a user of JupyterLab has them: one notebook in which each of them trains once."""

import json
from collections import defaultdict

import pytest
from notebook_kernel import NotebookKernel

from celltrail.journal import events

PREPARE = """
import json, numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(80, 4)); y = (X[:, 0] > 0).astype(int)
"""
XGBOOST = """
import xgboost as xgb
data, result = xgb.DMatrix(X, label=y), {}
booster = xgb.train({"max_depth": 2}, data, 4, evals=[(data, "train")], evals_result=result, verbose_eval=False)
print(json.dumps({"train-rmse": result["train"]["rmse"]}))
"""
LIGHTGBM = """
import lightgbm as lgb
data, result = lgb.Dataset(X, label=y), {}
booster = lgb.train({"verbose": -1}, data, 4, valid_sets=[data], callbacks=[lgb.record_evaluation(result)])
print(json.dumps({"training-l2": result["training"]["l2"]}))
"""
OPTUNA = """
import optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(lambda trial: trial.suggest_float("x", 0, 1) ** 2, n_trials=3, n_jobs=2)
print(json.dumps({"best_value": [study.best_value], "trials": [3]}))
"""
TORCH = """
import torch
torch.set_num_threads(1)
inputs, target = torch.tensor(X).float(), torch.tensor(y).float()
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
losses = []
for epoch in range(5):
    loss = (model(inputs)[:, 0] - target).pow(2).mean()
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    losses.append(loss.item())
print(json.dumps({"backward_loss": losses}))
"""
KERAS = """
import os
os.environ["KERAS_BACKEND"] = "torch"
import keras
net = keras.Sequential([keras.layers.Dense(1)])
net.compile("sgd", "mse")
history = net.fit(X, y, epochs=3, verbose=0).history
print(json.dumps(history))
"""
NAMES = {XGBOOST: "xgboost.train", LIGHTGBM: "lightgbm.train", OPTUNA: "Study", TORCH: "Linear", KERAS: "Sequential"}


@pytest.mark.parametrize("source", NAMES, ids=NAMES.values())
def test_what_the_framework_says_it_measured_is_in_the_trail(kernel: NotebookKernel, source: str) -> None:
    kernel.run(PREPARE)
    reply = kernel.run(source)
    assert reply.status == "ok", reply.stream("stderr")
    assert "celltrail" not in reply.stream("stderr")
    said = json.loads(reply.stream().splitlines()[-1])
    (run,) = [run for run in kernel.of_type(events.RunStarted) if run.name == NAMES[source]]
    found = defaultdict(list)
    for metric in kernel.metrics():
        if metric.series.run_id == run.run_id:
            found[metric.series.key].append(metric.value)
    assert {key: found[key] for key in said} == said


def test_a_compiled_step_of_an_optimizer_is_left_alone(kernel: NotebookKernel) -> None:
    kernel.run(PREPARE)
    kernel.run(TORCH)
    reply = kernel.run("""
@torch.compile(backend="eager")
def step():
    optimizer.step()
for turn in range(3):
    model(inputs).pow(2).mean().backward()
    step()
print("done")
""")
    assert reply.status == "ok", reply.shown()
    assert reply.stream() == "done\n"
    assert kernel.of_type(events.CaptureFailed) == []
