"""Print `labextension/src/api.ts`: the TypeScript of the records that the panel exchanges with the server.

`python -m celltrail.labserver.typescript > labextension/src/api.ts`; a test holds the committed file to this output.
"""

import dataclasses
import enum
import inspect
import re
import sys
import textwrap
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from celltrail.execute.executed import RunCells
from celltrail.execute.explain.pairs import Explanation
from celltrail.execute.resources import RunResources
from celltrail.execute.restore.plan import RestorePlan
from celltrail.labserver import compare_replies, replay_replies, replies
from celltrail.labserver.changes import SCHEMA_ID
from celltrail.labserver.page_handlers import RunCellsQuestion, RunResourcesQuestion
from celltrail.labserver.previews import records as previews
from celltrail.labserver.restore_handlers import RestoreQuestion
from celltrail.runs.compare import RunComparison
from celltrail.runs.edit import RunEdit
from celltrail.runs.figures.records import Figure, FigureQuestion
from celltrail.runs.view import View
from celltrail.store.base import Store
from celltrail.store.runs import RunQuery

_REQUESTS: tuple[Any, ...] = (
    RunQuery,
    replies.TrackingChange,
    replies.KeepWish,
    replies.LetGoWish,
    RunEdit,
    replies.ViewWish,
    replay_replies.ReplayQuestion,
    replay_replies.ReplayOrder,
    RestoreQuestion,
    RunCellsQuestion,
    RunResourcesQuestion,
    compare_replies.CompareQuestion,
    compare_replies.PairQuestion,
    compare_replies.ProofQuestion,
    FigureQuestion,
    previews.PreviewQuestion,
    previews.PredictionQuestion,
)
_REPLIES: tuple[Any, ...] = (
    replies.ProjectList,
    replies.Tracking,
    replies.DocsContents,
    replies.DocsPage,
    replies.StoreChanged,
    replies.Refusal,
    replies.KeptRun,
    replies.RunsEdited,
    replay_replies.ReplayPlans,
    replay_replies.ReplayState,
    RestorePlan,
    RunCells,
    RunResources,
    RunComparison,
    Explanation,
    compare_replies.ProofPlan,
    compare_replies.ComparisonPage,
    Figure,
    View,
    previews.Preview,
    previews.PredictionTable,
)
_NOT_JSON = frozenset({"read_blob", "close"})
_WIDTH = 80
_HEAD = f"""\
// Generated from the Python records by `python -m celltrail.labserver.typescript`: do not edit.

/*
 * The server's answers, below its base URL (docs/server.md):
 *   POST celltrail/api/store/<method>   arguments and result as in StoreApi
 *   GET  celltrail/api/blob/<digest>    an artifact's content; ?name=<path> names
 *                                       the file, ?type=<media type> shows it
 *   POST celltrail/api/preview          Preview, of a PreviewQuestion
 *   POST celltrail/api/preview/predictions   PredictionTable, of a
 *                                       PredictionQuestion
 *   GET  celltrail/api/projects         ProjectList
 *   GET, POST celltrail/api/tracking    Tracking; POST takes a TrackingChange
 *   POST, DELETE celltrail/api/keep     KeptRun; POST takes a KeepWish,
 *                                       DELETE a LetGoWish
 *   POST celltrail/api/edit            RunsEdited, of a RunEdit
 *   POST celltrail/api/views           SavedView, of a ViewWish
 *   POST celltrail/api/run/cells        RunCells, of a RunCellsQuestion
 *   GET  celltrail/api/docs            DocsContents
 *   GET  celltrail/api/docs/<name>      DocsPage
 *   POST celltrail/api/run/resources    RunResources, of a RunResourcesQuestion
 *   POST celltrail/api/replay/plan      ReplayPlans, of a ReplayQuestion
 *   GET, POST, DELETE celltrail/api/replay   ReplayState; POST takes a
 *                                       ReplayOrder and executes it
 *   GET  celltrail/api/replay/notebook/<name>   what a replay wrote
 *   POST celltrail/api/restore/plan     RestorePlan, of a RestoreQuestion
 *   POST celltrail/api/restore/notebook the same as a notebook
 *   POST celltrail/api/compare          RunComparison, of a CompareQuestion
 *   POST celltrail/api/compare/page     ComparisonPage, of a CompareQuestion
 *   POST celltrail/api/compare/pair     Explanation, of a PairQuestion
 *   POST celltrail/api/compare/proof    ProofPlan, of a ProofQuestion
 *   POST celltrail/api/compare/figure   Figure, of a FigureQuestion
 * Each takes ?notebook=<contents path> or ?project=<key>; neither is the
 * project of the server's root. What is no success has a Refusal as its body.
 * Every notebook_path is a contents path, as in JupyterLab; a notebook outside
 * the server's root has an absolute path and cannot be opened from here.
 */

/** The id of the live events whose data is `StoreChanged`. */
export const STORE_CHANGED_SCHEMA = '{SCHEMA_ID}';

/** A floating-point number as JSON carries it: what JSON lacks is text. */
export type Float = number | 'NaN' | 'Infinity' | '-Infinity';
"""


def render() -> str:
    """The whole file, formatted as prettier formats it."""
    methods = list(_store_methods())
    hints = [hint for method in methods for hint in _method_hints(method).values()]
    classes = _reachable((*hints, *_REQUESTS, *_REPLIES))
    parts = [_render_class(cls) for cls in sorted(classes, key=lambda cls: cls.__name__)]
    return "\n".join([_HEAD, *parts, _render_store(methods)])


def _store_methods() -> Iterator[Any]:
    for name, method in vars(Store).items():
        if getattr(method, "__isabstractmethod__", False) and name not in _NOT_JSON:
            yield method


def _method_hints(method: Any) -> dict[str, Any]:
    return typing.get_type_hints(method)


def _reachable(hints: tuple[Any, ...]) -> set[Any]:
    """The dataclasses and enumerations that the hints lead to."""
    found: set[Any] = set()
    waiting = list(hints)
    while waiting:
        hint = waiting.pop()
        waiting.extend(typing.get_args(hint))
        is_record = dataclasses.is_dataclass(hint)
        if hint in found or not (is_record or _is_enum(hint)):
            continue
        found.add(hint)
        if is_record:
            waiting.extend(typing.get_type_hints(hint).values())
    return found


def _is_enum(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, enum.Enum)


def _render_class(cls: Any) -> str:
    return _render_enum(cls) if _is_enum(cls) else _render_record(cls)


def _render_enum(cls: Any) -> str:
    notes = _line_notes(cls)
    listed = [f"- {member.value}: {notes[member.name]}" for member in cls if member.name in notes]
    doc = "\n".join([inspect.getdoc(cls) or "", *([""] if listed else []), *listed])
    members = [f"'{member.value}'" for member in cls]
    line = f"export type {cls.__name__} = {' | '.join(members)};"
    if len(line) > _WIDTH:
        line = line.replace(" = ", " =\n  ", 1)
    if len(line.splitlines()[-1]) > _WIDTH:
        line = f"export type {cls.__name__} =\n" + "\n".join(f"  | {member}" for member in members) + ";"
    return f"{_comment(doc)}{line}\n"


def _render_record(cls: Any) -> str:
    about, attributes = _split_docstring(inspect.getdoc(cls) or "")
    notes = _line_notes(cls) | attributes
    hints = typing.get_type_hints(cls)
    lines = [f"{_comment(about)}export interface {cls.__name__} {{"]
    for field in dataclasses.fields(cls):
        optional = "?" if cls in _REQUESTS and _has_default(field) else ""
        lines.append(
            _comment(notes.get(field.name, ""), "  ") + f"  {field.name}{optional}: {_type(hints[field.name])};"
        )
    return "\n".join([*lines, "}\n"])


def _render_store(methods: list[Any]) -> str:
    about = "The store's methods: `POST celltrail/api/store/<name>` with the arguments as a JSON object."
    lines = [f"{_comment(about)}export interface StoreApi {{"]
    for method in methods:
        arguments, result = _render_arguments(method), _type(_method_hints(method)["return"])
        lines.append(_comment(inspect.getdoc(method) or "", "  ") + f"  {method.__name__}: {{")
        lines += [f"    arguments: {arguments};", f"    result: {result};", "  };"]
    return "\n".join([*lines, "}\n"])


def _render_arguments(method: Any) -> str:
    hints = _method_hints(method)
    parameters = [p for p in inspect.signature(method).parameters.values() if p.name != "self"]
    if not parameters:
        return "Record<string, never>"
    parts = [f"{p.name}{'' if p.default is p.empty else '?'}: {_type(hints[p.name])}" for p in parameters]
    inline = "{ " + "; ".join(parts) + " }"
    if len(f"    arguments: {inline};") <= _WIDTH:
        return inline
    return "{\n" + "".join(f"      {part};\n" for part in parts) + "    }"


def _type(hint: Any) -> str:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        return " | ".join("null" if arg is types.NoneType else _type(arg) for arg in args)
    if origin is tuple:
        item = _type(args[0])
        return f"({item})[]" if "|" in item else f"{item}[]"
    if origin is not None and issubclass(origin, Mapping):
        return f"Record<string, {_type(args[1])}>"
    if dataclasses.is_dataclass(hint) or _is_enum(hint):
        return str(hint.__name__)
    return {str: "string", bool: "boolean", int: "number", float: "Float"}[hint]


def _has_default(field: Any) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _split_docstring(doc: str) -> tuple[str, dict[str, str]]:
    """The text before `Attributes:` and what follows it, by field."""
    about, _, section = doc.partition("\nAttributes:\n")
    attributes: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", textwrap.dedent(section)):
        name, colon, text = entry.partition(": ")
        if colon:
            attributes[name.strip()] = re.sub(r"\s*\n\s+", " ", text).strip()
    return about.strip(), attributes


def _line_notes(cls: Any) -> dict[str, str]:
    """The comments at the ends of the lines that define the fields or members of a class."""
    found = re.findall(r"^    (\w+)(?::[^=#\n]*)?(?: = [^#\n]*)?  # (.*)$", inspect.getsource(cls), re.MULTILINE)
    return dict(found)


def _unwrap(text: str) -> str:
    """Paragraphs as one line each, so that they can be wrapped anew; lists and indented sections stay."""
    return re.sub(r"(?<=\S)\n(?=[^\s-])", " ", text)


def _comment(text: str, indent: str = "") -> str:
    if not text:
        return ""
    text = re.sub(r"\bNone\b", "null", _unwrap(text).replace("*/", "* /"))
    if "\n" not in text and len(text) + len(indent) <= _WIDTH - len("/**  */"):
        return f"{indent}/** {text} */\n"
    body: list[str] = []
    for line in text.splitlines():
        pad = " " * (len(line) - len(line.lstrip()))
        wrapped = textwrap.wrap(line, _WIDTH - len(indent) - 3, subsequent_indent=pad, break_long_words=False)
        body += [f"{indent} * {part}".rstrip() for part in wrapped or [""]]
    return "\n".join([f"{indent}/**", *body, f"{indent} */\n"])


if __name__ == "__main__":
    sys.stdout.write(render())
