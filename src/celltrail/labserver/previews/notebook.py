"""The cells of a notebook as text: nothing in it is rendered, and pictures are named only."""

from typing import Any

from celltrail.labserver.previews.records import NotebookCell

_MAX_CELLS = 200
_MAX_CHARACTERS = 5_000
_MAX_TOTAL = 200_000


def cells_of(plain: Any) -> tuple[tuple[NotebookCell, ...], bool]:
    """The first cells of a notebook of format 4, and whether something was left out.

    Raises:
        ValueError: It is no such notebook.
    """
    listed = plain.get("cells") if isinstance(plain, dict) else None
    if not isinstance(listed, list):
        raise ValueError("it has no list of cells: notebooks before format 4 are shown as text")  # noqa: TRY004 - of a file
    found: list[NotebookCell] = []
    room = _MAX_TOTAL
    is_cut = len(listed) > _MAX_CELLS
    for cell in listed[:_MAX_CELLS]:
        source, output = _joined(_of(cell, "source")), _outputs(_of(cell, "outputs"))
        is_cut = is_cut or max(len(source), len(output)) > _MAX_CHARACTERS
        shown = NotebookCell(str(_of(cell, "cell_type"))[:40], _shortened(source), _shortened(output))
        room -= len(shown.source) + len(shown.output)
        if room < 0:
            return tuple(found), True
        found.append(shown)
    return tuple(found), is_cut


def _of(plain: Any, key: str) -> Any:
    return plain.get(key) if isinstance(plain, dict) else None


def _joined(text: Any) -> str:
    """A text as nbformat has it: whole, or in lines."""
    parts = text if isinstance(text, list) else [text]
    return "".join(part for part in parts if isinstance(part, str))


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else text[:_MAX_CHARACTERS] + "\n…"


def _outputs(outputs: Any) -> str:
    return "\n".join(filter(None, map(_output, outputs if isinstance(outputs, list) else [])))


def _output(output: Any) -> str:
    kind = _of(output, "output_type")
    if kind == "stream":
        return _joined(_of(output, "text")).rstrip("\n")
    if kind == "error":
        return f"{_of(output, 'ename')}: {_of(output, 'evalue')}"
    data = _of(output, "data")
    if not isinstance(data, dict):
        return ""
    plain = _joined(data.get("text/plain"))
    others = [media_type for media_type in data if media_type != "text/plain"]
    return plain if not others else "\n".join(filter(None, [plain, f"[{', '.join(others)}]"]))
