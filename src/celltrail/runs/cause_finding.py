"""Finds what may have made two runs differ, part by part, in what was recorded of them."""

import re
from collections.abc import Iterator, Sequence

from celltrail.records import Origin, Param
from celltrail.runs.cause_words import changed, shown
from celltrail.runs.causes import CauseKind, LikelyCause, RunPair, Standing, rank_causes
from celltrail.runs.cell_diff import CellChange, CellPair
from celltrail.runs.compare import Difference
from celltrail.runs.data_change import ColumnChange, DataChange
from celltrail.runs.literals import LiteralChange, changed_literals
from celltrail.runs.surrounding_causes import surrounding_causes
from celltrail.runs.unseeded import unseeded_draws

_LINES = 12  # of a cell's difference, as evidence
_COLUMNS = 8
_SEED_KEY = re.compile(r"(^|.*__|.*\.)(random_state|seed|random_seed)$")
# What is written for people, or names a run: it changes no number.
_FOR_PEOPLE = frozenset({
    "start_run", "run_name", "set_tag", "set_tags", "print", "title", "suptitle", "set_title", "label", "xlabel",
    "ylabel", "legend", "figsize", "log_artifact", "log_figure", "savefig", "display", "log_param", "log_params",
})  # fmt: skip
_ORIGINS = {
    Origin.ESTIMATOR: "given to what was fitted",
    Origin.GRID: "of a candidate of the search",
    Origin.NOTEBOOK: "given to the notebook",
    Origin.VARIABLE: "a variable that its cells read",
    Origin.LOGGED: "logged by its code",
}


def find_causes(pair: RunPair) -> tuple[LikelyCause, ...]:
    """What may have made the second run come out otherwise than the first, likeliest first."""
    params = [*_params(pair)]
    explained = frozenset(one.name for one in pair.facts.params)
    code = [*_code(pair, explained)]
    roots = [*params, *code, *pair.modules, *_order(pair), *_seeds(pair), *_chance(pair), *_read_data(pair)]
    is_rooted = any(cause.standing is Standing.DIRECT for cause in roots)
    rest = [*_made_data(pair, is_rooted=is_rooted), *surrounding_causes(pair)]
    return rank_causes([*roots, *rest])


# --- parameters and seeds ---------------------------------------------------------------------------------------


def _params(pair: RunPair) -> Iterator[LikelyCause]:
    sides = [{param.key: param for param in side.detail.params} for side in (pair.before, pair.after)]
    models = [side.detail.run.estimator for side in (pair.before, pair.after)]
    is_other_model = models[0] != models[1]
    if is_other_model:
        names = [model.rpartition(".")[2] or "no model" for model in models]
        yield LikelyCause(
            CauseKind.PARAMETER,
            Standing.DIRECT,
            f"model {names[0]} → {names[1]}",
            (f"the first run trained {models[0] or 'nothing'}", f"the second {models[1] or 'nothing'}"),
            weight=1.0,
            no_swap="another model is another code: replay with the cell swapped where it was edited",
        )
    for one in pair.facts.params:
        before, after = (side.get(one.name) for side in sides)
        if is_other_model and (before is None or after is None):
            continue  # the other model's own parameters are that difference
        if _SEED_KEY.match(one.name):
            continue  # told as a seed
        known = after or before
        if known is not None:
            yield _param_cause(pair, one, known)


def _param_cause(pair: RunPair, one: Difference, param: Param) -> LikelyCause:
    cells = [f"[{cell.after.execution_count}]" for cell in _edited_for(pair, one) if cell.after]
    lines = [line for cell in _edited_for(pair, one) for line in _mentions(cell, one)]
    is_said = param.origin is Origin.LOGGED
    evidence = [f"a parameter of the run, {_ORIGINS[param.origin]}{f' ({param.source})' if param.source else ''}"]
    if is_said and not cells:
        evidence.append("it was logged by hand: that the metric's cells use it was not seen")
    if cells:
        evidence.append(f"set in cell {', '.join(cells)}: {'; '.join(lines)}")
    swap = _cell_swap(_edited_for(pair, one))
    return LikelyCause(
        CauseKind.PARAMETER,
        Standing.INDIRECT if is_said and not cells else Standing.DIRECT,
        changed(one.name, one),
        tuple(evidence),
        weight=0.5,
        swap=swap,
        no_swap="" if swap else "no edited cell was found that gives it: a replay cannot set it alone",
    )


def _edited_for(pair: RunPair, one: Difference) -> list[CellPair]:
    """The edited cells whose difference names the parameter."""
    return [cell for cell in pair.code.changed if cell.change is CellChange.EDITED and _mentions(cell, one)]


def _mentions(cell: CellPair, one: Difference) -> list[str]:
    last = one.name.rpartition("__")[2]
    name = re.compile(rf"\b{re.escape(last)}\b")
    return [line.strip() for line in cell.lines if line[:1] in "+-" and name.search(line)][:4]


def _cell_swap(cells: Sequence[CellPair]) -> str:
    if len(cells) != 1 or cells[0].before is None:
        return ""
    return f"code:[{cells[0].before.execution_count}]"


def _seeds(pair: RunPair) -> Iterator[LikelyCause]:
    found = {one.name: one for one in pair.facts.seed if one.name != "seeding calls" and "generator" not in one.name}
    found |= {one.name: one for one in pair.facts.params if _SEED_KEY.match(one.name)}
    for name, one in found.items():
        swap, no_swap = _seed_swap(pair, one)
        title, evidence = changed(name, one), ("a seed of what was fitted",)
        yield LikelyCause(CauseKind.SEED, Standing.DIRECT, title, evidence, weight=0.5, swap=swap, no_swap=no_swap)
    for one in pair.facts.seed:
        if one.name == "seeding calls":
            before, after = (value or "none" for value in one.values)
            title = f"seeding calls changed: {shown(before)} → {shown(after)}"
            yield LikelyCause(CauseKind.SEED, Standing.DIRECT, title, ("seen in the session before the run",))


def _seed_swap(pair: RunPair, one: Difference) -> tuple[str, str]:
    """The swap, or why there is none."""
    wanted = one.values[1]
    if wanted is None or not (wanted.isascii() and wanted.isdecimal()):
        return "", f"the second run's seed is {shown(wanted)}: a replay takes a whole number"
    seed = pair.before.detail.seed
    others = {param.value for param in seed.random_states if param.value != "None"} if seed else set()
    if others - {one.values[0]}:
        return "", "the first run has several seeds, and a replay takes one in the place of all"
    return f"seed={wanted}", ""


def _chance(pair: RunPair) -> Iterator[LikelyCause]:
    drawn = unseeded_draws(pair.after.steps) or unseeded_draws(pair.before.steps)
    if drawn:
        cells = ", ".join(dict.fromkeys(f"[{one.execution.execution_count}]" for one in drawn))
        yield LikelyCause(
            CauseKind.CHANCE,
            Standing.DIRECT,
            f"unseeded generator drawn by {cells}",
            tuple(one.text for one in drawn[:_COLUMNS]),
            weight=0.5,
            no_swap="no seed decides it: replay each run as it was recorded, and give it a seed",
        )
    seed = pair.after.detail.seed
    moved = {one.name.removesuffix(" generator") for one in pair.facts.seed if one.name.endswith(" generator")}
    used = [name for name in (seed.drew_from if seed else ()) if name in moved]
    if used and not drawn:
        yield LikelyCause(
            CauseKind.CHANCE,
            Standing.DIRECT,
            f"the global {' and '.join(used)} generator stood elsewhere when the run drew from it",
            (f"drawn from by [{pair.after.detail.run.execution_count}], its states before the cell differ",),
            no_swap="a replay of the run as it was recorded puts the state back",
        )


# --- code -------------------------------------------------------------------------------------------------------


def _code(pair: RunPair, params: frozenset[str]) -> Iterator[LikelyCause]:
    for cell in pair.code.changed:
        literals = _literals(cell)
        if literals != () and not _is_told_by_params(cell, literals, params):
            yield _cell_cause(cell, literals)
    changes = {one.name: one for one in pair.facts.code}
    if "commit" in changes or "uncommitted changes" in changes:
        evidence = tuple(changed(name, one) for name, one in changes.items() if name != "branch")
        yield LikelyCause(
            CauseKind.CODE,
            Standing.INDIRECT,
            "the repository's code differs",
            (*evidence, _beside_modules(pair)),
            no_swap="the repository is swapped as a whole: celltrail replay --swap code takes what is there now",
        )


def _beside_modules(pair: RunPair) -> str:
    told = "modules that the cells executed are told by themselves: " if pair.modules else ""
    return f"{told}files that the cells use may be others" if told else "modules that the cells import may be others"


def _literals(cell: CellPair) -> tuple[LiteralChange, ...] | None:
    """The written values that are all that changed in an edited cell; none of them where both sources do the same."""
    if cell.before is None or cell.after is None:
        return None
    return changed_literals(cell.before.source, cell.after.source)


def _is_told_by_params(cell: CellPair, literals: tuple[LiteralChange, ...] | None, params: frozenset[str]) -> bool:
    """Whether every line that differs names a parameter that differs: then that is the cause, not the cell."""
    if cell.change is not CellChange.EDITED or not params:
        return False
    names = {key.rpartition("__")[2] for key in params}
    if literals:
        return any(one.name in names for one in literals) and all(
            one.name in names or one.name in _FOR_PEOPLE for one in literals
        )
    lines = [line for line in cell.lines if line[:1] in "+-" and line[1:].strip()]
    return bool(lines) and all(any(re.search(rf"\b{re.escape(name)}\b", line) for name in names) for line in lines)


def _cell_cause(cell: CellPair, literals: tuple[LiteralChange, ...] | None) -> LikelyCause:
    side = cell.after or cell.before
    at = f"[{side.execution_count}]" if side else ""
    if literals:
        return _literal_cause(cell, at, literals)
    words = {
        CellChange.EDITED: f"cell {at} edited",
        CellChange.ADDED: f"cell {at} only in the second run",
        CellChange.REMOVED: f"cell {at} only in the first run",
    }
    lines = [line for line in cell.lines if line[:1] in "+-"]
    shown = (*lines[:_LINES], *([f"… {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []))
    swap = _cell_swap([cell]) if cell.change is CellChange.EDITED else ""
    total = sum(len((one.source if one else "").splitlines()) for one in (cell.before, cell.after))
    return LikelyCause(
        CauseKind.CODE,
        Standing.DIRECT,
        f"{words[cell.change]}: {side.label}" if side else words[cell.change],
        shown,
        weight=min(1.0, len(lines) / max(total, 1)) if cell.change is CellChange.EDITED else 0.1,
        swap=swap,
        no_swap="" if swap else "a replay swaps a cell that both runs have",
    )


def _literal_cause(cell: CellPair, at: str, literals: Sequence[LiteralChange]) -> LikelyCause:
    """A cell in which written values alone changed is called after them."""
    first = next((one for one in literals if one.name not in _FOR_PEOPLE), literals[0])
    more = f" and {len(literals) - 1} more values" if len(literals) > 1 else ""
    swap = _cell_swap([cell])
    return LikelyCause(
        CauseKind.SEED if _SEED_KEY.match(first.name) and not more else CauseKind.PARAMETER,
        Standing.INDIRECT if first.name in _FOR_PEOPLE else Standing.DIRECT,
        f"{first.name} changed {shown(first.before)} → {shown(first.after)}{more} in cell {at}",
        tuple(line for line in cell.lines if line[:1] in "+-")[:_LINES],
        weight=0.5,
        swap=swap,
        no_swap="" if swap else "the cell is not in both runs",
    )


def _order(pair: RunPair) -> Iterator[LikelyCause]:
    if pair.code.moved:
        yield LikelyCause(
            CauseKind.ORDER,
            Standing.DIRECT,
            f"executed out of order: {pair.code.moved[0]}",
            (*pair.code.moved[1:_COLUMNS], *pair.after.signs[:_COLUMNS]),
            no_swap="a replay keeps the recorded order",
        )


# --- data -------------------------------------------------------------------------------------------------------


def _read_data(pair: RunPair) -> Iterator[LikelyCause]:
    for one in pair.data:
        if one.is_read:
            yield _data_cause(one, Standing.DIRECT)


def _made_data(pair: RunPair, *, is_rooted: bool) -> Iterator[LikelyCause]:
    """Frames that cells made: where an input, a cell or a seed differs too, they follow from that."""
    standing = Standing.FOLLOWS if is_rooted else Standing.DIRECT
    for one in pair.data:
        if not one.is_read:
            yield _data_cause(one, standing)


def _data_cause(one: DataChange, standing: Standing) -> LikelyCause:
    rows = max(one.rows_before or 0, one.rows_after or 0)
    titles = [_column_title(column, rows) for column in one.columns]
    title = f"{one.name}: {titles[0]}" if titles else f"{one.name} has another content"
    if one.rows_before is not None and one.rows_after is not None and one.rows_before != one.rows_after:
        title = f"{one.name}: {one.rows_before:,} → {one.rows_after:,} rows"
    elif len(titles) > 1:
        title += f"; {len(titles) - 1} more column{'s' if len(titles) > 2 else ''}"  # noqa: PLR2004 - a plural
    differing = one.changed_values or 0
    is_swapped = one.is_read and bool(one.before) and bool(one.after) and bool(one.source)
    role = "read by the metric's cells" if one.is_read else f"used as {one.role}"
    return LikelyCause(
        CauseKind.DATA,
        standing,
        title,
        (role, *titles[:_COLUMNS], *one.notes[:2]),
        weight=min(1.0, differing / rows) if rows and differing else 0.3,
        swap=f"data:{one.source}" if is_swapped else "",
        no_swap="" if is_swapped else "cells made it: what they read is what a replay can swap",
    )


def _column_title(column: ColumnChange, rows: int) -> str:
    name = f"column {column.name}" if column.name else "the index"
    if column.change in {"added", "removed"}:
        return f"{name} {column.change}"
    if column.change == "retyped":
        return f"{name}: {column.before} → {column.after}"
    shift = f", its mean moved by {column.shift:+.2g} standard deviations" if column.shift else ""
    if column.changed_values is not None:
        return f"{name}: {column.changed_values:,} of {rows:,} values differ{shift}"
    return f"{name} has other values{shift}"
