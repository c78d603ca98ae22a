"""What is settled when a cell begins and ends: names of models, and where assigned values come from."""

import ast
import linecache
import sys
from dataclasses import replace
from typing import Any

from celltrail import clock
from celltrail.capture.attribution import contents
from celltrail.capture.attribution.callsite import parse
from celltrail.capture.attribution.flow import Flow
from celltrail.capture.attribution.functions import Functions
from celltrail.capture.attribution.lineage import start_origins
from celltrail.capture.attribution.marks import Made, Marks, Start
from celltrail.capture.attribution.predictions import Origin, common_dataset, common_rows
from celltrail.capture.attribution.trail import CellTrail
from celltrail.capture.boundary import attempt, guarded
from celltrail.capture.context import CellContext
from celltrail.capture.estimators.watch import Watch
from celltrail.journal import events
from celltrail.records import Status

_MAX_NAMES = 500
_MAX_MEMBERS = 1_000


def cell_started(watch: Watch, cell: CellContext) -> None:
    """A cell is about to run: what its names stand for is noted before it rebinds them."""
    with guarded("cell start"):
        if cell.is_recorded:
            watch.trail(cell)


def cell_finished(watch: Watch, cell: CellContext, status: Status) -> None:
    """A cell has ended; a second call does nothing."""
    trail = watch.end_trail(cell)
    if trail is None:
        return
    with guarded("partial fits"):
        for run in trail.partial_runs.values():
            watch.recorder.finish_run(run, status)
    for tell in trail.at_end:
        attempt("cell end", tell, status)
    with guarded("model names"):
        _name_models(watch, cell)
    with guarded("lineage"):
        if watch.registry.has_facts() and (trail.start or any(event.origin for event in trail.events)):
            _keep_lineage(watch, trail, ended_well=status is Status.FINISHED)


def _name_models(watch: Watch, cell: CellContext) -> None:
    """A model gets its variable's name when the cell that fitted it has bound one."""
    fitted = {run.run_id: run for run in cell.runs if run.kind in {"fit", "search"}}
    if not fitted:
        return
    for name, value in list(cell.namespace.items()):
        if name.startswith("_"):
            continue
        runs = watch.registry.model_runs(value)
        for run_id in runs & fitted.keys() if len(runs) == 1 else ():
            if type(value).__name__ != (
                fitted[run_id].model_type or fitted[run_id].name
            ):  # a part of the model: a scaler that it fitted
                continue
            named = events.RunNamed(run_id, clock.now(), variable=name)
            watch.recorder.describe_run(fitted.pop(run_id), named)


def _keep_lineage(watch: Watch, trail: CellTrail, *, ended_well: bool) -> None:
    """Note where each value that the cell assigned comes from, as long as its names still say so."""
    tree, filename = _tree(trail)
    if tree is None:
        return
    flow = Flow(filename, trail, Functions(trail.namespace))
    env = flow.run(tree.body, {}) if ended_well else flow.run_partly(tree.body, {})
    for name in list(env)[:_MAX_NAMES]:
        origins = _resolve(watch, trail, env[name])
        if "[" in name:
            _keep_item(watch, trail, name, origins)
        elif name in trail.namespace and origins:
            _keep_value(watch, trail.namespace[name], origins)


def _resolve(watch: Watch, trail: CellTrail, marks: Marks) -> frozenset[Origin]:
    found: set[Origin] = set()
    for mark in marks:
        if isinstance(mark, Made):
            found |= trail.origins(mark.position, latest=mark.latest)
        elif isinstance(mark, Start):
            found |= start_origins(watch.registry, trail, mark)
    return frozenset(found)


def _merged(origins: frozenset[Origin]) -> Origin:
    name, digest = common_dataset(origins)
    runs = frozenset(run for origin in origins for run in origin.run_ids)
    return Origin(runs, name, digest, is_derived=True, rows=common_rows(origins))


def _keep_value(watch: Watch, value: Any, origins: frozenset[Origin]) -> None:
    if type(value) in {list, tuple, dict}:
        for member in list(value.values() if type(value) is dict else value)[:_MAX_MEMBERS]:
            _keep_member(watch, member, origins)
        return
    if contents.is_array_like(value):
        _keep_member(watch, value, origins)


def _keep_member(watch: Watch, value: Any, origins: frozenset[Origin]) -> None:
    if type(value) in {list, tuple, dict} or not contents.is_array_like(value):
        return
    known = watch.registry.exact(value)
    digest = contents.digest(value) if known else ""
    if not any(digest in origin.digests for origin in known):
        watch.registry.note(value, _merged(origins), is_new=True)


def _keep_item(watch: Watch, trail: CellTrail, name: str, origins: frozenset[Origin]) -> None:
    owner_name, _, key = name.partition("[")
    owner = trail.namespace.get(owner_name)
    key = key[:-1]
    item = contents.item(owner, ast.literal_eval(key))
    if item is None:
        return
    if type(owner) is dict:
        if origins:
            _keep_value(watch, item, origins)
    elif origins:
        merged = _merged(origins)
        watch.registry.note_item(owner, key, replace(merged, digests=contents.digests(item)))
    else:
        watch.registry.forget_item(owner, key)


def _tree(trail: CellTrail) -> tuple[ast.Module | None, str]:
    """The cell's tree as it was compiled, and the file name of its positions."""
    lines = linecache.getlines(trail.filename) if trail.filename else []
    if lines:
        return parse("".join(lines)), trail.filename
    first, _, rest = trail.source.partition("\n")
    source = rest if first.startswith("%%") else trail.source
    return parse(source) or parse(_transformed(source)), trail.filename


def _transformed(source: str) -> str:
    """The source with IPython's magics as calls."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell.transform_cell(source) if shell is not None else ""
