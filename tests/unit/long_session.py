"""A session of thousands of executions as a long day leaves it, as records: nothing of it ever ran.

Pieces of work are taken up in turns, in an order that a seed gives. Each has names of its own, goes through the same
stages round after round, and shares nothing with the others but the imports: so what each measurement needs is known.
"""

import random
from dataclasses import dataclass
from pathlib import Path

from lineage_programs import execution

from celltrail.records import ErrorInfo, FileUse, Status
from celltrail.store.runs import CellExecution
from journal_writing import Trail

IMPORTS = (
    "import pandas as pd\nimport matplotlib.pyplot as plt",
    "from sklearn.linear_model import Ridge\nfrom sklearn.metrics import mean_squared_error",
)
_CLEAN = """def clean_N(frame, least=3):
    kept = frame[frame["size"] > least]
    return kept.assign(ratio=kept["a"] / kept["b"])"""
_CUT = """class Cut_N:
    seen = []
    def __init__(self, least):
        self.least = least
    def __call__(self, frame):
        self.seen.append(len(frame))
        return frame[frame["size"] > self.least]"""


@dataclass(frozen=True)
class Stage:
    """A cell of each piece of work; N is its number, R the round. A measurement rests on it where `is_needed`."""

    source: str
    is_needed: bool = True
    reads: str = ""
    fails_at: int = 0


STAGES = (
    Stage('raw_N = pd.read_csv("data_N.csv")\nraw_N.head()', reads="data_N.csv"),
    Stage(_CLEAN),
    Stage("table_N = clean_N(raw_N)\nrows_N = len(table_N)"),
    Stage("seen_N = {'rows': rows_N, 'round': R}\nprint(seen_N)", is_needed=False),
    Stage('table_N["extra"] = table_N["ratio"].rolling(3).mean()'),
    Stage('store_N = {"table": table_N}\nstore_N["table"].dropna(inplace=True)'),
    Stage("print(table_N.columns)\n1 / 0\ntable_N = None", is_needed=False, fails_at=2),
    Stage(_CUT),
    Stage("cut_N = Cut_N(R)\npart_N = cut_N(table_N)"),
    Stage("alpha_N = R / 10\nfor step_N in range(3):\n    alpha_N += step_N"),
    Stage('X_N, y_N = part_N.drop(columns="y"), part_N["y"]'),
    Stage("fig_N, ax_N = plt.subplots()\nax_N.plot(y_N)\nax_N.set_title('round R')", is_needed=False),
    Stage("model_N = Ridge(alpha=alpha_N).fit(X_N, y_N)"),
    Stage("score_N = mean_squared_error(y_N, model_N.predict(X_N))\nprint(score_N)"),
    Stage("extra_N_R = [value for value in range(R)]\nlast_N = extra_N_R[-1:]", is_needed=False),
)
_MEASURED = 13


@dataclass(frozen=True)
class LongSession:
    """The executions, and for each measurement the ids of those that it needs."""

    history: list[CellExecution]
    needed: dict[str, list[str]]


def long_session(length: int, *, pieces: int = 20, seed: int = 0) -> LongSession:
    """A session of so many executions."""
    rng = random.Random(seed)
    history = [execution(place, source) for place, source in enumerate(IMPORTS, 1)]
    imports = [one.execution_id for one in history]
    needed: dict[str, list[str]] = {}
    done = dict.fromkeys(range(pieces), 0)
    own: dict[int, list[str]] = {piece: [] for piece in done}
    while len(history) < length:
        piece = rng.randrange(pieces)
        turn, place = divmod(done[piece], len(STAGES))
        own[piece] = [] if place == 0 else own[piece]
        one = _execution(len(history) + 1, STAGES[place], piece, turn)
        history.append(one)
        if STAGES[place].is_needed:
            own[piece].append(one.execution_id)
        if place == _MEASURED:
            needed[one.execution_id] = imports + own[piece]
        done[piece] += 1
    return LongSession(history, needed)


def _execution(count: int, stage: Stage, piece: int, turn: int) -> CellExecution:
    source = stage.source.replace("_N", f"_{piece}").replace("R", str(turn)).replace(f"{turn}idge", "Ridge")
    known: dict[str, object] = {"cell_id": f"cell-{piece}-{STAGES.index(stage)}"}
    if stage.reads:
        known["files"] = (FileUse(stage.reads.replace("_N", f"_{piece}"), "read", f"blake3:{turn}"),)
    if stage.fails_at:
        line = source.split("\n")[stage.fails_at - 1]
        text = f"Cell In[{count}], line {stage.fails_at}\n----> {stage.fails_at} {line}"
        known |= {"status": Status.FAILED, "error": ErrorInfo("ZeroDivisionError", "division by zero", text)}
    return execution(count, source, **known)


def write_session(session: LongSession, root: Path) -> tuple[str, list[int]]:
    """Write a session's journal into a project, with a run of its last measurement.

    Returns:
        The run, and the execution counts that it needs.
    """
    (root / "pyproject.toml").touch()
    trail = Trail(root / ".celltrail")
    target = [*session.needed][-1]
    counts = {one.execution_id: one.execution_count for one in session.history}
    run_id = ""
    for one in session.history:
        known = {"files": one.files, "error": one.error, "status": one.status}
        execution_id = trail.cell(one.source, one.cell_id, **known)
        if one.execution_id == target:
            run_id = trail.run("measured", execution_id=execution_id, metrics={"score": 0.5})
    for name in {use.path for one in session.history for use in one.files}:
        (root / name).write_text("size,a,b,y\n", encoding="utf-8")
    trail.end()
    return run_id, [counts[one] for one in session.needed[target]]
