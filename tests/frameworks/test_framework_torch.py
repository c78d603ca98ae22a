"""PyTorch: a loop of one's own is a run, with the optimizer's settings and the values that `backward` was called on."""

import tracemalloc
from pathlib import Path

import pytest

from celltrail.capture.models import snapshot
from celltrail.integrations.torch import _next_step
from celltrail.records import Evidence, Status
from estimator_cells import Cells
from framework_cells import numbered, steps, with_and_without

pytestmark = pytest.mark.filterwarnings("ignore")  # what torch warns of while it is imported is not ours

PREPARE = """
import torch
torch.set_num_threads(1)
torch.manual_seed(0)
inputs, target = torch.tensor(X_train).float(), torch.tensor(y_train).float()
model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
"""
TRAIN = """
optimizer = torch.optim.Adam(model.parameters(), lr=0.05, weight_decay=0.01)
losses = []
for epoch in range(20):
    optimizer.zero_grad()
    loss = torch.nn.functional.binary_cross_entropy_with_logits(model(inputs)[:, 0], target)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    print(epoch)
"""


def test_a_loop_is_a_run_with_the_optimizers_settings_and_every_loss(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run(TRAIN)
    (run,) = cells.runs()
    assert (run.started.name, run.started.kind, run.variable) == ("Sequential", "fit", "model")
    assert run.status is Status.FINISHED
    params = {key: param.value for key, param in run.params.items()}
    assert (params["optimizer"], params["optimizer__lr"], params["optimizer__weight_decay"]) == ("Adam", "0.05", "0.01")
    assert (params["parameters"], params["trainable_parameters"], params["steps"]) == ("19", "19", "20")
    assert "epoch" not in params
    assert steps(run) == {"backward_loss": numbered(cells.shell.user_ns["losses"])}


def test_long_loops_are_thinned_by_the_number_of_the_step_alone(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run(TRAIN.replace("range(20)", "range(300)").replace("    print(epoch)\n", ""))
    (run,) = cells.runs()
    losses = cells.shell.user_ns["losses"]
    kept = steps(run)["backward_loss"]
    assert [step for step, _ in kept] == [*range(128), *range(128, 256, 2), *range(256, 300, 4), 299]
    assert all(value == losses[step] for step, value in kept)


def test_the_steps_that_are_kept_thin_out_evenly() -> None:
    step, kept = 0, 0
    while step < 1 << 20:
        step, kept = _next_step(step), kept + 1
    assert kept == 128 + 64 * 13


def test_what_the_model_says_later_belongs_to_its_run(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run(f"""{TRAIN}
from sklearn.metrics import roc_auc_score
with torch.no_grad():
    said = model(inputs)[:, 0].numpy()
roc_auc_score(y_train, said)
""")
    cells.run("test_inputs = torch.tensor(X_test).float()")
    cells.run("with torch.no_grad():\n    p = model(test_inputs)[:, 0].numpy()\nroc_auc_score(y_test, p)")
    (run,) = cells.runs()
    assert [one.evidence for one in run.metrics if one.key.startswith("roc_auc")] == [Evidence.NAME_LINEAGE] * 2


def test_a_function_that_trains_is_a_run_each_time_with_what_it_was_given(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run("""
import celltrail
def train(rate, epochs=3):
    net = torch.nn.Linear(4, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=rate)
    for epoch in range(epochs):
        loss = (net(inputs)[:, 0] - target).pow(2).mean()
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        celltrail.log_metric("mine", loss.item())
    return net
nets = [train(rate) for rate in (0.1, 0.2)]
""")
    runs = cells.runs()
    assert [run.params["rate"].value for run in runs] == ["0.1", "0.2"]
    assert all("epoch" not in run.params for run in runs)
    for run in runs:
        assert steps(run)["backward_loss"] == steps(run, evidence=Evidence.LOGGED)["mine"]


def test_two_models_against_each_other_are_two_runs(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run("""
first, second = torch.nn.Linear(4, 1), torch.nn.Linear(4, 1)
of_first, of_second = torch.optim.SGD(first.parameters(), lr=0.1), torch.optim.SGD(second.parameters(), lr=0.2)
seen = []
for turn in range(4):
    for net, optimizer in ((first, of_first), (second, of_second)):
        loss = net(inputs).pow(2).mean()
        optimizer.zero_grad(); loss.backward()
        if net is first:
            of_first.step()
        else:
            of_second.step()
        seen.append(loss.item())
""")
    runs = cells.runs()
    seen = cells.shell.user_ns["seen"]
    assert [run.params["optimizer__lr"].value for run in runs] == ["0.1", "0.2"]
    assert [steps(run)["backward_loss"] for run in runs] == [numbered(seen[::2]), numbered(seen[1::2])]


def test_a_loop_that_fails_leaves_a_failed_run(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.fail(TRAIN.replace("print(epoch)", "1 / (3 - epoch)"))
    (run,) = cells.runs()
    assert (run.status, len(steps(run)["backward_loss"])) == (Status.FAILED, 4)


def test_tracking_changes_no_bit_of_the_model(tmp_path: Path) -> None:
    facts = (
        "[p.detach().numpy().tobytes() for p in model.parameters()], losses, torch.get_rng_state().numpy().tobytes()"
    )
    on, off = with_and_without(tmp_path, PREPARE + TRAIN, facts)
    assert on == off


def test_off_takes_the_hooks_away(cells: Cells) -> None:
    cells.run(PREPARE)
    torch = cells.shell.user_ns["torch"]
    assert "<celltrail" in torch.Tensor.backward.__code__.co_filename
    cells.tracking.stop()
    assert "<celltrail" not in torch.Tensor.backward.__code__.co_filename
    cells.run(TRAIN)
    assert cells.runs() == []


@pytest.mark.parametrize(
    ("budget_s", "max_bytes", "why"), [(60.0, 1 << 20, "larger than 1 MB"), (0.05, 1 << 30, "budget of time")]
)
def test_a_model_too_large_to_be_kept_is_given_up_before_torch_makes_a_copy_of_it(budget_s, max_bytes, why) -> None:
    import torch

    model = torch.nn.Linear(4096, 2048, bias=False)  # 32 MB
    tracemalloc.start()
    try:
        with pytest.raises(snapshot.CutError, match=why):
            snapshot.take(model, budget_s=budget_s, max_bytes=max_bytes)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
