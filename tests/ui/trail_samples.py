"""A project with something of everything that the panel shows, written as kernels write it."""

import struct
import zlib
from pathlib import Path

from celltrail import clock
from celltrail.config import ensure_store_folder
from celltrail.journal import events
from celltrail.records import (
    CodeVersion,
    ColumnInfo,
    DatasetRole,
    DatasetVersion,
    Environment,
    ErrorInfo,
    Evidence,
    GeneratorState,
    GpuUse,
    Hardware,
    Origin,
    Package,
    Param,
    ParamKind,
    Seed,
    SourceUse,
    Spread,
    Status,
    SystemUse,
    Tag,
)
from journal_writing import Trail

SECOND = 1_000_000
FRAME = DatasetVersion(
    "xxh3-128:5d1c09e2a7f34b6688aa01c3f9d2e471",
    "dataframe",
    rows=1_438,
    column_count=3,
    columns=tuple(
        ColumnInfo(name, dtype, f"xxh3-128:{index:032x}")
        for index, (name, dtype) in enumerate([("age", "int64"), ("income", "float64"), ("region", "category")])
    ),
    size_bytes=151_552,
    source="data/customers.csv",
)
TEST = DatasetVersion("xxh3-128:aa10f37b2c9e4d5081f2b3c4d5e6f708", "dataframe", rows=360, column_count=3)
TARGET = DatasetVersion("xxh3-128:00c4e1d2a3b4f5968778695a4b3c2d1e", "series", rows=1_438)
ENVIRONMENT = Environment(
    "xxh3-128:e1e2e3e4e5e6e7e8e9eaebecedeeeff0",
    "3.11.9",
    "CPython",
    "Linux 6.1 x86_64",
    tuple(Package(name, "1.0") for name in ("numpy", "pandas", "scikit-learn", "scipy", "celltrail", "duckdb")),
)
HARDWARE = Hardware(
    "xxh3-128:f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    "Intel Xeon (Ice Lake)",
    8,
    32 << 30,
    blas="OpenBLAS 0.3.29",
    threads=("OMP_NUM_THREADS=4",),
)
CODE = CodeVersion("xxh3-128:c0de", "9f31c0a4e1b2d3c4f5a697887960514233445566", "main", is_dirty=True)
SEED = Seed(
    random_states=(Param("random_state", "42", ParamKind.NUMBER, Origin.ESTIMATOR, "forest"),),
    seeding_calls=("numpy.random.seed(0)",),
    generators=(GeneratorState("numpy", "xxh3-128:1a2b3c4d5e6f"),),
    drew_from=("numpy",),
)
WAREHOUSE = SourceUse(
    "postgresql://warehouse/sales",
    "sql",
    query="SELECT * FROM customers",
    rows=1_438,
    digest=FRAME.digest,
)
LAKE = SourceUse("lake/orders", "delta", version="17", name="orders", is_asked=True)
SYSTEM = SystemUse(
    3.412,
    31,
    Spread(12.0, 184.0, 398.0),
    Spread(180 << 20, 301 << 20, 402 << 20),
    418 << 20,
    peak_is_exact=True,
    disk_read_bytes=0,
    disk_written_bytes=3 << 20,
    gpus=(GpuUse("NVIDIA A10G", Spread(0.0, 41.0, 97.0), Spread(1 << 30, 3 << 30, 5 << 30)),),
)
TRACEBACK = """Traceback (most recent call last)
Cell In[7], line 2
      1 model = Lasso(alpha=-1)
----> 2 model.fit(X_train, y_train)

InvalidParameterError: The 'alpha' parameter of Lasso must be a float in the range [0.0, inf). Got -1 instead."""


def fill_project(root: Path, notebook: str = "churn.ipynb") -> dict[str, str]:
    """Write the project; the ids of its runs by name."""
    store = root / ".celltrail"
    ensure_store_folder(store)
    trail = Trail(store, notebook, at=clock.now() - 3 * 3600 * SECOND)
    ids = {"ridge": _ridge(trail)}
    trail.at += 1200 * SECOND
    ids["failed"] = _failed(trail)
    trail.at += 600 * SECOND
    ids.update(_loop(trail))
    trail.at += 1800 * SECOND
    ids["search"] = _search(trail)
    trail.at += 3600 * SECOND
    ids["forest"] = _forest(trail, store, ids["ridge"])
    trail.at += 1200 * SECOND
    cell = trail.cell("model.fit(X)", "cell-6")
    ids["interrupted"] = trail.run("SVC", execution_id=cell, status=Status.INTERRUPTED, estimator="sklearn.svm.SVC")
    other = Trail(store, "notes/explore.ipynb", at=clock.now() - 86_400 * SECOND)
    cell = other.cell("KMeans(8).fit(X)", "cell-0")
    ids["other"] = other.run("KMeans", execution_id=cell, metrics={"inertia": 81_342.118}, params={"n_clusters": 8})
    other.end()
    trail.at = clock.now() - 14 * SECOND
    cell = trail.cell("boost.fit(X_train, y_train)", "cell-7", is_finished=False)
    ids["running"] = trail.run("GradientBoostingClassifier", execution_id=cell, is_finished=False, params={"lr": 0.05})
    trail.metric(ids["running"], "val_loss", *(1 / (step + 2) for step in range(40)))
    trail.writer.sync()
    return ids


def _ridge(trail: Trail) -> str:
    error = ErrorInfo("ValueError", "Found input variables with inconsistent numbers of samples: [360, 1438]")
    cell = trail.cell("Ridge(alpha=0.5).fit(X_train, y_train)", "cell-1", status=Status.FAILED, error=error)
    return trail.run(
        "Ridge", execution_id=cell, params={"alpha": 0.5}, metrics={"r2": 0.412}, estimator="sklearn.linear_model.Ridge"
    )


def _failed(trail: Trail) -> str:
    cell = trail.cell("model = Lasso(alpha=-1)\nmodel.fit(X_train, y_train)", "cell-2", status=Status.FAILED)
    error = ErrorInfo(
        "InvalidParameterError",
        "The 'alpha' parameter of Lasso must be a float in the range [0.0, inf). Got -1 instead.",
        TRACEBACK,
    )
    return trail.run("Lasso", execution_id=cell, params={"alpha": -1}, status=Status.FAILED, error=error)


def _loop(trail: Trail) -> dict[str, str]:
    cell = trail.cell("for depth in range(2, 7):\n    fit(depth)", "cell-3")
    group = clock.new_id()
    return {
        f"tree{depth}": trail.run(
            "DecisionTreeClassifier",
            execution_id=cell,
            params={"max_depth": depth},
            metrics={"accuracy": 0.7 + depth / 50},
            group_id=group,
        )
        for depth in range(2, 7)
    }


def _search(trail: Trail) -> str:
    cell = trail.cell("search.fit(X_train, y_train)", "cell-4")
    search = trail.run(
        "GridSearchCV", execution_id=cell, kind="search", metrics={"best_score": 0.8712}, is_finished=False
    )
    for number in range(6):
        trail.run(
            f"C={10 ** (number - 3)}",
            execution_id=cell,
            kind="candidate",
            parent_run_id=search,
            params={"C": 10 ** (number - 3)},
            metrics={"mean_test_score": 0.83 + number / 150},
        )
    trail.writer.append(events.RunFinished(search, trail.tick(), Status.FINISHED, None, 41.7, 512 << 20))
    return search


def _forest(trail: Trail, store: Path, other: str) -> str:
    source = "forest = RandomForestClassifier(n_estimators=300, random_state=42)\nforest.fit(X_train, y_train)\n"
    cell = trail.cell(source, "cell-5", sources=(WAREHOUSE, LAKE))
    run = trail.run(
        "RandomForestClassifier",
        execution_id=cell,
        estimator="sklearn.ensemble.RandomForestClassifier",
        variable="forest",
        is_finished=False,
        tags={"team": "growth", "stage": "baseline"},
    )
    params = [
        Param("n_estimators", "300", ParamKind.NUMBER, Origin.ESTIMATOR, "forest"),
        Param("random_state", "42", ParamKind.NUMBER, Origin.ESTIMATOR, "forest"),
        Param("test_size", "0.2", ParamKind.NUMBER, Origin.VARIABLE, "test_size"),
        Param("country", "DE", ParamKind.TEXT, Origin.NOTEBOOK, "country"),
    ]
    defaults = {"bootstrap": "True", "criterion": "gini", "max_depth": "None", "max_features": "sqrt"}
    params += [Param(key, value, origin=Origin.ESTIMATOR, is_default=True) for key, value in defaults.items()]
    trail.writer.append(events.ParamsLogged(run, trail.tick(), tuple(params)))
    trail.metric(run, "oob_error", *(0.4 / (step + 1) ** 0.5 for step in range(30)), evidence=Evidence.OWN)
    trail.metric(run, "divergence", float("nan"), evidence=Evidence.OWN)
    measured = {"roc_auc": 0.9612, "f1": 0.8873, "accuracy": 0.91388889}
    for key, value in measured.items():
        trail.metric(run, key, value, evidence=Evidence.SAME_OBJECT, dataset_name="X_test", dataset_digest=TEST.digest)
    trail.dataset(run, FRAME, DatasetRole.TRAIN, "X_train")
    trail.dataset(run, TARGET, DatasetRole.TARGET, "y_train")
    trail.dataset(run, TEST, DatasetRole.EVALUATE, "X_test")
    trail.writer.append(
        events.EnvironmentSeen(ENVIRONMENT),
        events.HardwareSeen(HARDWARE),
        events.CodeVersionSeen(CODE),
        events.RunContext(run, trail.tick(), ENVIRONMENT.digest, HARDWARE.digest, CODE.digest, SEED),
        events.MetricAmbiguous(
            trail.tick(), cell, "log_loss", 0.2713, (run, other), "two models gave equal predictions", "X_test"
        ),
        _picture(run, trail.tick(), store),
        events.SystemUsed(run, trail.tick(), SYSTEM),
        events.RunFinished(run, trail.tick(), Status.FINISHED, None, 3.412, 418 << 20),
    )
    return run


def _picture(run: str, at: int, store: Path) -> events.ArtifactLogged:
    content = png(240, 120)
    digest = put_blob(store, content)
    return events.ArtifactLogged(run, at, "plots/importance.png", digest, len(content), "image/png", "figure")


def put_blob(store: Path, content: bytes) -> str:
    """Keep a content as kernels do; its digest."""
    from blake3 import blake3

    hexadecimal = blake3(content).hexdigest()
    path = store / "blobs" / hexadecimal[:2] / hexadecimal[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f"blake3:{hexadecimal}"


def png(width: int, height: int) -> bytes:
    """A picture of four bars."""
    bars = (0.9, 0.6, 0.35, 0.2)

    def pixel(x: int, y: int) -> bytes:
        bar = y * len(bars) // height
        is_bar = x < width * bars[bar] and 0.15 < y * len(bars) / height % 1 < 0.85
        return b"\x1f\x77\xb4" if is_bar else b"\xff\xff\xff"

    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(width)) for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def hostile_names() -> list[str]:
    """Names that would do harm where anything is taken as markup, a path or a format."""
    return [
        "<script>window.harmed = 1</script>",
        "<img src=x onerror='window.harmed = 1'>",
        '"><svg onload=window.harmed=1>',
        "javascript:window.harmed=1",
        "../../../etc/passwd",
        "'; DROP TABLE run; --",
        "%s %1 ${window.harmed=1} {{harmed}}",
        "שלום \u202etxt.exe\u202c",
        "🙂\u200d🏽 e\u0301\u0301\u0301",
        "a" * 5000,
        "line\nbreak\ttab\0nul",
    ]


def fill_hostile(root: Path) -> None:
    """A project in which every name wants to do harm."""
    store = root / ".celltrail"
    ensure_store_folder(store)
    trail = Trail(store, "<b onmouseover=window.harmed=1>.ipynb", at=clock.now() - SECOND)
    for name in hostile_names():
        cell = trail.cell(name, name[:64])
        data = DatasetVersion(name[:200], name, columns=(ColumnInfo(name, name, name),), source=name)
        run = trail.run(
            name,
            execution_id=cell,
            params={name: name},
            metrics={name: 1.5},
            tags={name: name},
            status=Status.FAILED,
            error=ErrorInfo(name, name, name),
            estimator=name,
            variable=name,
        )
        trail.dataset(run, data, DatasetRole.TRAIN, name)
        content = b"<script>window.harmed=1</script>"
        digest = put_blob(store, content)
        trail.writer.append(
            events.ArtifactLogged(run, trail.tick(), "evil.svg", digest, len(content), "image/svg+xml", "figure"),
            events.TagsSet(run, trail.tick(), (Tag("note", name),)),
        )
    trail.writer.sync()
