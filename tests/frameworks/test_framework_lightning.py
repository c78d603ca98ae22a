"""Lightning: what `Trainer.fit`, `test` and `predict` leave in the trail, against a logger of Lightning's own."""

from pathlib import Path

import pytest

from celltrail.journal import events
from celltrail.records import Evidence, Status
from estimator_cells import Cells
from framework_cells import steps, with_and_without

pytestmark = pytest.mark.filterwarnings("ignore")  # what Lightning warns of is not ours

PREPARE = """
import logging, torch, lightning as L
torch.set_num_threads(1)
from torch.utils.data import DataLoader, TensorDataset
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
class Net(L.LightningModule):
    def __init__(self, rate=0.05, width=3):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Sequential(torch.nn.Linear(4, width), torch.nn.ReLU(), torch.nn.Linear(width, 1))
    def loss(self, batch):
        return torch.nn.functional.binary_cross_entropy_with_logits(self.net(batch[0])[:, 0], batch[1])
    def training_step(self, batch, place):
        loss = self.loss(batch)
        self.log("train_loss", loss)
        return loss
    def validation_step(self, batch, place):
        self.log("val_loss", self.loss(batch))
    def test_step(self, batch, place):
        self.log("test_loss", self.loss(batch))
    def predict_step(self, batch, place):
        return self.net(batch[0])[:, 0]
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)
def loader(X, y):
    return DataLoader(TensorDataset(torch.tensor(X).float(), torch.tensor(y).float()), batch_size=16)
training, testing = loader(X_train, y_train), loader(X_test, y_test)
quiet = dict(enable_progress_bar=False, enable_model_summary=False, accelerator="cpu", log_every_n_steps=2)
class Memory(L.pytorch.loggers.logger.DummyLogger):
    def __init__(self):
        super().__init__()
        self.seen = []
    def log_metrics(self, metrics, step=None):
        self.seen += [(key, step, value) for key, value in metrics.items()]
"""
FIT = """
L.seed_everything(0)
net, memory = Net(), Memory()
trainer = L.Trainer(max_epochs=3, logger=memory, **quiet)
trainer.fit(net, training, testing)
"""


def test_a_fit_is_a_run_with_all_that_goes_to_the_loggers(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run(FIT)
    (run,) = cells.runs()
    assert (run.started.name, run.variable, run.status) == ("Net", "net", Status.FINISHED)
    params = {key: param.value for key, param in run.params.items()}
    assert (params["rate"], params["width"], params["max_epochs"], params["batch_size"]) == ("0.05", "3", "3", "16")
    assert (params["optimizer"], params["optimizer__lr"], params["parameters"], params["steps"]) == (
        "SGD",
        "0.05",
        "19",
        "12",
    )
    seen = [entry for entry in cells.shell.user_ns["memory"].seen if entry[0] != "epoch"]
    found = steps(run)
    assert {(key, step, value) for key, values in found.items() for step, value in values if "best" not in key} == {
        *seen
    }
    assert len(found["val_loss"]) == 3


def test_metrics_are_kept_without_any_logger_and_the_best_checkpoint_is_named(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run("""
keep = L.pytorch.callbacks.ModelCheckpoint(dirpath="kept", monitor="val_loss")
trainer = L.Trainer(max_epochs=2, logger=False, callbacks=[keep], **quiet)
trainer.fit(Net(), training, testing)
""")
    (run,) = cells.runs()
    keep = cells.shell.user_ns["keep"]
    assert len(steps(run)["val_loss"]) == 2
    assert run.values()["best_score"] == float(keep.best_model_score)
    (tagged,) = [event for event in cells.journal()[0] if isinstance(event, events.TagsSet)]
    assert [(tag.key, tag.value) for tag in tagged.tags] == [("best_model_path", keep.best_model_path)]


def test_what_is_measured_on_the_model_belongs_to_its_run(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.run(FIT)
    cells.run("(said,) = trainer.test(net, testing, verbose=False)")
    cells.run("""
from sklearn.metrics import roc_auc_score
p = torch.cat(trainer.predict(net, testing)).numpy()
roc_auc_score(y_test, p)
""")
    (run,) = cells.runs()
    assert run.values()["test_loss_testing"] == cells.shell.user_ns["said"]["test_loss"]
    assert run.metric("roc_auc_score_testing").evidence is Evidence.NAME_LINEAGE


def test_a_fit_that_fails_leaves_a_failed_run_with_its_steps(cells: Cells) -> None:
    cells.run(PREPARE)
    cells.fail("""
class Bad(Net):
    def on_train_epoch_end(self):
        if self.current_epoch == 1: raise ValueError("enough")
L.Trainer(max_epochs=3, logger=False, enable_checkpointing=False, **quiet).fit(Bad(), training, testing)
""")
    (run,) = cells.runs()
    assert (run.status, len(steps(run)["val_loss"])) == (Status.FAILED, 2)


def test_tracking_changes_no_bit_of_the_model(tmp_path: Path) -> None:
    facts = "[p.detach().numpy().tobytes() for p in net.parameters()], memory.seen"
    on, off = with_and_without(tmp_path, PREPARE + FIT, facts)
    assert on == off
