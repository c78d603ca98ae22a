"""A run with a file of each kind, also broken, hostile and lost ones; and models, as kernels keep them."""

import csv
import io
import json
import math
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from trail_samples import png

from celltrail import clock
from celltrail.capture.models import keeping
from celltrail.capture.models.description import Wish, describe
from celltrail.capture.models.rows import sample
from celltrail.config import ensure_store_folder
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import LoggedModel, ModelState, Origin, Param, ParamKind
from journal_writing import Trail

GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
WEBP = bytes.fromhex("524946461e000000574542505650384c110000002f00000000077050fffe1f88e87f0000")
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "source": ["# The plan\n", "Fit, then look."], "metadata": {}},
        {
            "cell_type": "code",
            "source": "print('hello')\nplot()",
            "metadata": {},
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["hello\n"]},
                {"output_type": "display_data", "data": {"image/png": "AAAA", "text/plain": "<Figure>"}},
            ],
        },
    ],
}


def hostile_page(trap: str) -> str:
    """A page that tries each way out that it knows, to an address where somebody listens."""
    return f"""<!doctype html><html><head>
<meta http-equiv="refresh" content="0; url={trap}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src *">
<base href="{trap}/base/"><link rel="stylesheet" href="{trap}/style.css"><link rel="prefetch" href="{trap}/prefetch">
<link rel="preconnect" href="{trap}"><link rel="icon" href="{trap}/icon.png">
<style>@import url('{trap}/import.css'); @font-face {{ font-family: evil; src: url('{trap}/font.woff'); }}
body {{ background: url('{trap}/background.png'); font-family: evil; }}</style>
<script src="{trap}/script.js"></script>
<script>top.harmed = 1; parent.harmed = 1; fetch('{trap}/fetch'); location = '{trap}/location';</script></head>
<body onload="top.harmed = 1">
<h1>Quarterly report</h1><img src="{trap}/image.png" srcset="{trap}/set.png 2x" onerror="top.harmed = 1">
<svg onload="top.harmed = 1"><image href="{trap}/svg.png"/>
<a href="{trap}/svg-link"><text y="20">in svg</text></a></svg>
<iframe src="{trap}/frame"></iframe><object data="{trap}/object"></object><embed src="{trap}/embed">
<video src="{trap}/video" poster="{trap}/poster.png" autoplay></video><audio src="{trap}/audio" autoplay></audio>
<form id="f" action="{trap}/form"><input name="a" value="1"><button id="send">Send</button></form>
<button form="f" formaction="{trap}/formaction">Also send</button>
<a id="out" href="{trap}/link" ping="{trap}/ping">A way out</a>
<a id="top" href="{trap}/top" target="_top">Another</a>
<a id="script" href="javascript:top.harmed=1">A third</a>
<table background="{trap}/table.png"><tr><td>42</td></tr></table>
<template><script>top.harmed = 1</script></template>
<script>document.getElementById('f').submit();</script></body></html>"""


def hostile_picture(trap: str) -> str:
    """An SVG that tries the same."""
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60" onload="top.harmed=1">
<script>top.harmed = 1; fetch('{trap}/svg-fetch')</script><style>@import url('{trap}/svg.css');</style>
<image href="{trap}/svg-image.png" width="10" height="10"/><rect width="120" height="60" fill="teal"/>
<foreignObject width="50" height="50">
<img xmlns="http://www.w3.org/1999/xhtml" src="{trap}/foreign.png"/></foreignObject>
</svg>"""


def customers(rows: int) -> pd.DataFrame:
    """A table with something of everything."""
    return pd.DataFrame(
        {
            "customer": [f"c-{n:05}" for n in range(rows)],
            "age": [18 + n * 7 % 60 for n in range(rows)],
            "income": [math.nan if n % 9 == 4 else 20_000 + n * 373 % 9_000 / 3 for n in range(rows)],
            "region 🌍": [None if n % 11 == 3 else "north" for n in range(rows)],
            "visits": [[n, n + 1] for n in range(rows)],
        }
    )


def files(trap: str) -> dict[str, tuple[bytes, str]]:
    """Contents and media types by path."""
    table = customers(250)
    text = io.StringIO()
    csv.writer(text).writerows([["name", "score"], *([f"row {n}", n / 8] for n in range(1_200))])
    parquet = table.to_parquet()
    return {
        "plots/importance.png": (png(240, 120), "image/png"),
        "plots/dot.gif": (GIF, "image/gif"),
        "plots/dot.webp": (WEBP, "image/webp"),
        "plots/hostile.svg": (hostile_picture(trap).encode(), "image/svg+xml"),
        "plots/broken.png": (png(24, 12)[:60], "image/png"),
        "scores.csv": (text.getvalue().encode(), "text/csv"),
        "broken.csv": (b'a,b\n1,2\n"3,4\n', "text/csv"),
        "customers.parquet": (parquet, "application/octet-stream"),
        "broken.parquet": (parquet[:-30], "application/octet-stream"),
        "events.jsonl": (b'{"event": "fit", "at": 1}\n{"event": "score", "note": {"x": [1]}}\n', "application/json"),
        "wide.parquet": (pd.DataFrame([range(130)], columns=[f"f{n}" for n in range(130)]).to_parquet(), ""),
        "config.json": (json.dumps({"lr": 0.1, "layers": [1, 2]}).encode(), "application/json"),
        "notes.md": ("# Notes\n\nIt works. 🎉\n".encode(), "text/markdown"),
        "log.txt": (("epoch done\n" * 40_000).encode(), "text/plain"),
        "empty.txt": (b"", "text/plain"),
        "report.html": (hostile_page(trap).encode(), "text/html"),
        "plan.ipynb": (json.dumps(NOTEBOOK).encode(), "application/json"),
        "paper.pdf": (b"%PDF-1.4\n%\xe2\xe3\n", "application/pdf"),
        "weights.bin": (bytes(range(256)) * 4, "application/octet-stream"),
    }


def fill_files(root: Path, trap: str = "http://127.0.0.1:9") -> str:
    """A run with all of them, one whose content is gone, and one that was changed; the run's id."""
    store = root / ".celltrail"
    ensure_store_folder(store)
    trail = Trail(store, "files.ipynb", at=clock.now() - 60_000_000)
    run = trail.run("Files", execution_id=trail.cell("fit()", "cell-0"), metrics={"rmse": 0.25})
    blobs = BlobStore(store)
    for path, (content, media_type) in files(trap).items():
        digest, size = blobs.put_bytes(content)
        _log(trail, run, path, digest, size, media_type)
    digest, size = blobs.put_bytes(b"it was here")
    _log(trail, run, "gone.txt", digest, size, "text/plain")
    blobs.path(digest).unlink()
    digest, size = blobs.put_bytes(b"as it was recorded")
    _log(trail, run, "changed.txt", digest, size, "text/plain")
    blobs.path(digest).chmod(0o644)
    blobs.path(digest).write_bytes(b"as somebody made i")
    trail.end()
    return run


def _log(trail: Trail, run: str, path: str, digest: str, size: int, media_type: str) -> None:
    trail.writer.append(events.ArtifactLogged(run, trail.tick(), path, digest, size, media_type, "file"))


def fill_models(root: Path) -> str:
    """A run with models as kernels keep them: of classes, of numbers, as a pickle, and one that was not kept."""
    store = root / ".celltrail"
    ensure_store_folder(store)
    trail = Trail(store, "models.ipynb", at=clock.now() - 30_000_000)
    run = trail.run(
        "RandomForestClassifier",
        execution_id=trail.cell("forest.fit(X, y)", "cell-1"),
        metrics={"accuracy": 0.9125, "f1": 0.88},
        estimator="sklearn.ensemble.RandomForestClassifier",
    )
    depth = Param("max_depth", "2", ParamKind.NUMBER, Origin.ESTIMATOR, "forest")
    trail.writer.append(events.ParamsLogged(run, trail.tick(), (depth,)))
    table = customers(240)[["age", "income"]].fillna(20_000)
    labels = pd.Series(["churn" if age * 7 % 11 > 4 else "stay" for age in table["age"]])
    spent = table["income"] / 100 + table["age"] * table["age"] / 60
    recorder = SimpleNamespace(settings=SimpleNamespace(store=store), writer=trail.writer)
    models = {
        "forest": (RandomForestClassifier(5, max_depth=2, random_state=0).fit(table, labels), labels, True),
        "ridge": (Ridge().fit(table, spent), spent, True),
        "by-pickle": (Ridge().fit(table, spent), None, False),
    }
    for name, (model, truth, with_skops) in models.items():
        wish = Wish(frozenset({"sklearn", "numpy"}), with_skops=with_skops)
        known = LoggedModel(name, ModelState.PENDING, f"{type(model).__module__}.{type(model).__qualname__}")
        keeping.keep(recorder, run, known, describe(model, sample(table, truth), wish))
    gone = LoggedModel("gone", ModelState.PENDING, "sklearn.svm._classes.SVC", is_automatic=True)
    keeping.refuse(recorder, run, gone, "it was gone when its cell ended")
    trail.end()
    return run
