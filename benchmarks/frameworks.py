"""What tracking adds to trainings of other libraries: CPU time of a cell with capture on and off, in turns.

    python benchmarks/frameworks.py [--json FILE]

XGBoost and LightGBM train 200 rounds on 40,000 rows and 20 columns and evaluate two datasets after each; PyTorch makes
500 steps of a small network. Each with one thread. Needs the packages of the dependency group `frameworks`.
"""

import argparse
import json
import os
import statistics
from dataclasses import dataclass
from pathlib import Path

from tracked_shell import ONE_THREAD, cpu_ms, tracked_shell

REPEATS = 6
PREPARE = """
import numpy as np, torch, xgboost as xgb, lightgbm as lgb
torch.set_num_threads(1)
rng = np.random.default_rng(0)
X = rng.normal(size=(40_000, 20)); y = (X[:, 0] > 0).astype(int)
one, two = xgb.DMatrix(X, label=y), xgb.DMatrix(X[:8000], label=y[:8000])
inputs, target = torch.tensor(X[:512]).float(), torch.tensor(y[:512]).float()
"""
XGBOOST = """
booster = xgb.train({"nthread": 1, "max_depth": 4}, one, 200, evals=[(one, "one"), (two, "two")], verbose_eval=False)
"""
LIGHTGBM = """
data = lgb.Dataset(X, label=y)
valid = lgb.Dataset(X[:8000], label=y[:8000], reference=data)
booster = lgb.train({"num_threads": 1, "num_leaves": 15, "verbose": -1}, data, 200, valid_sets=[data, valid])
"""
TORCH = """
net = torch.nn.Sequential(torch.nn.Linear(20, 128), torch.nn.ReLU(), torch.nn.Linear(128, 1))
optimizer = torch.optim.Adam(net.parameters())
for step in range(500):
    optimizer.zero_grad()
    loss = (net(inputs)[:, 0] - target).pow(2).mean()
    loss.backward()
    optimizer.step()
"""


@dataclass(frozen=True)
class Case:
    """A training: what it is called, its cell, and how many rounds or steps it makes."""

    name: str
    source: str
    steps: int


CASES = (
    Case("XGBoost, 200 rounds", XGBOOST, 200),
    Case("LightGBM, 200 rounds", LIGHTGBM, 200),
    Case("PyTorch, 500 steps", TORCH, 500),
)


def measure() -> dict[str, tuple[float, float]]:
    """CPU milliseconds of each training without capture, and what capture adds (medians)."""
    found = {}
    with tracked_shell(PREPARE) as (shell, tracking):
        for case in CASES:
            on, off = [], []
            for number in range(REPEATS):
                tracking.stop()
                off.append(cpu_ms(shell, f"{case.source}\n# {number}"))
                tracking.start()
                on.append(cpu_ms(shell, f"{case.source}\n# {number}"))
            differences = [one - other for one, other in zip(on[1:], off[1:], strict=True)]
            found[case.name] = (statistics.median(off[1:]), statistics.median(differences))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    os.environ.update(ONE_THREAD)
    found = measure()
    print("| training | without, ms | added, ms | added, % | per step, us |\n| --- | --- | --- | --- | --- |")
    for case in CASES:
        bare, added = found[case.name]
        print(f"| {case.name} | {bare:,.0f} | {added:.1f} | {added / bare:.2%} | {added / case.steps * 1000:.1f} |")
    worst = max(100 * added / bare for bare, added in found.values())
    print(f"worst: {worst:.1f} %")
    if arguments.json:
        row = {
            "name": "a training by XGBoost, LightGBM or PyTorch with its values by step, CPU added by tracking (worst)",
            "promise": "no promise",
            "measured": round(worst, 2),
            "unit": "%",
            "peer": "",
        }
        arguments.json.write_text(json.dumps(row), encoding="utf-8")


if __name__ == "__main__":
    main()
