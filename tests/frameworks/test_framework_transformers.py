"""Hugging Face's Trainer: what `train`, `evaluate` and `predict` leave in the trail, against its own log history."""

from pathlib import Path

import pytest

from celltrail.records import Evidence, Status
from estimator_cells import Cells
from framework_cells import steps, with_and_without

pytestmark = pytest.mark.filterwarnings("ignore")  # what transformers warns of is not ours

PREPARE = """
import torch, transformers
torch.set_num_threads(1)
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments
transformers.logging.set_verbosity_error()
shape = dict(vocab_size=30, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)
rows = [{"input_ids": torch.tensor([1, 2, 3 + place % 5]), "labels": place % 2} for place in range(24)]
held = rows[:8]
def make(**chosen):
    transformers.set_seed(0)
    model = BertForSequenceClassification(BertConfig(max_position_embeddings=16, **shape))
    arguments = TrainingArguments(
        output_dir="out", num_train_epochs=2, per_device_train_batch_size=8, learning_rate=0.01, logging_steps=2,
        eval_strategy="epoch", report_to=[], disable_tqdm=True, use_cpu=True, save_strategy="no", **chosen,
    )
    return Trainer(model=model, args=arguments, train_dataset=rows, eval_dataset=held)
"""
TRAIN = "trainer = make()\nmodel = trainer.model\ntrainer.train()"


def test_a_training_is_a_run_with_its_log_history(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run(TRAIN)
    (run,) = cells.runs()
    assert (run.started.name, run.variable) == ("BertForSequenceClassification", "model")
    assert run.status is Status.FINISHED
    params = {key: param.value for key, param in run.params.items()}
    chosen = ("num_train_epochs", "learning_rate", "logging_steps", "eval_strategy", "train_rows")
    assert [params[name] for name in chosen] == ["2", "0.01", "2", "epoch", "24"]
    assert not {"weight_decay", "warmup_steps", "output_dir", "hub_token"} & params.keys()
    model, history = cells.shell.user_ns["model"], cells.shell.user_ns["trainer"].state.log_history
    assert int(params["parameters"]) == model.num_parameters()
    expected = {
        (key, entry["step"], float(value)) for entry in history for key, value in entry.items() if key != "step"
    }
    assert {(key, step, value) for key, values in steps(run).items() for step, value in values} == expected


def test_what_is_measured_on_the_model_belongs_to_its_run(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run(TRAIN)
    cells.run("said = trainer.evaluate()\nfrom sklearn.metrics import accuracy_score")
    cells.run("out = trainer.predict(held)\naccuracy_score(out.label_ids, out.predictions.argmax(1))")
    (run,) = cells.runs()
    measured = {one.key: one for one in run.metrics if one.evidence is not Evidence.OWN}
    assert measured["eval_loss_held"].value == cells.shell.user_ns["said"]["eval_loss"]
    assert measured["accuracy_score_held"].evidence is Evidence.NAME_LINEAGE


def test_a_training_that_fails_leaves_a_failed_run_with_its_steps(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.fail("""
class Stop(transformers.TrainerCallback):
    def on_log(self, args, state, control, **more):
        if state.global_step >= 4: raise KeyboardInterrupt
trainer = make()
trainer.add_callback(Stop())
trainer.train()
""")
    (run,) = cells.runs()
    assert (run.status, [step for step, _ in steps(run)["loss"]]) == (Status.INTERRUPTED, [2])


def test_tracking_changes_no_bit_of_the_model(tmp_path: Path) -> None:
    facts = "[p.tolist() for p in model.parameters()], [entry.get('loss') for entry in trainer.state.log_history]"
    on, off = with_and_without(tmp_path, PREPARE + TRAIN, facts)
    assert on == off
