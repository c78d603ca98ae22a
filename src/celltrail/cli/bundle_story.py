"""What people read of a bundle: what goes into it, what came out of it, what is missing."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from celltrail.cli.terminal import safe
from celltrail.execute.bundle.export import BundlePlan
from celltrail.execute.bundle.manifest import BLOBS, JOURNAL, PROJECT, LeftOut, Manifest
from celltrail.runs.text import escape, size

_SHOWN = 40
_GROUPS = {
    PROJECT: "data and modules of the project",
    JOURNAL: "the trail of the session",
    BLOBS: "artifacts, states of generators and kept contents",
    "": "notebooks, environment and words",
}


def print_bundle(out: Console, plan: BundlePlan, target: Path | None) -> None:
    """Say what goes into a bundle, before it is written."""
    described = plan.manifest
    head = Text("bundle of ", style="bold").append(escape(described.run_name))
    out.print(head.append(f"  {described.run_id[:8]}", style="dim"))
    for group, entries in _grouped(plan).items():
        total = sum(amount for _, amount in entries)
        many = "1 file" if len(entries) == 1 else f"{len(entries)} files"
        out.print(Text(f"{_GROUPS[group]}: {many}, {size(total)}"))
        if group == BLOBS:
            continue  # their names are digests: they tell nobody anything
        table = Table.grid(padding=(0, 2))
        for path, amount in entries[:_SHOWN]:
            table.add_row(safe(path, "dim"), Text(size(amount), style="dim"))
        if len(entries) > _SHOWN:
            table.add_row(Text(f"… and {len(entries) - _SHOWN} more (--json)", style="dim"), "")
        out.print(Padding(table, (0, 0, 0, 2), expand=False))
    told = f"the trail tells of all {described.history} cells of the session, with sources and errors"
    out.print(safe(f"note: {told}; the run itself needs {described.cells}", "yellow"), soft_wrap=True)
    _print_left_out(out, described.left_out)
    for secret in plan.secrets[:_SHOWN]:
        out.print(safe(f"looks like a secret: {secret}", "bold yellow"), soft_wrap=True)
    if target is None:
        out.print(Text("nothing was written (--dry-run)", style="dim"))


def _grouped(plan: BundlePlan) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for entry in sorted(plan.entries, key=lambda entry: entry.path):
        group = next(group for group in _GROUPS if entry.path.startswith(group))
        found.setdefault(group, []).append((entry.path.removeprefix(PROJECT), entry.size_bytes))
    return {group: found[group] for group in _GROUPS if group in found}


def _print_left_out(out: Console, left_out: Iterable[LeftOut]) -> None:
    for one in left_out:
        out.print(safe(f"missing: {one.what}: {one.why}", "yellow"), soft_wrap=True)


def print_imported(out: Console, described: Manifest, folder: Path) -> None:
    """Say what a bundle brought."""
    head = Text("imported ", style="bold").append(escape(described.run_name))
    out.print(head.append(f"  {described.run_id[:8]}", style="dim"))
    total = sum(member.size_bytes for member in described.members)
    out.print(
        safe(f"{len(described.members)} files, {size(total)}, each as its digest says, in {folder}"), soft_wrap=True
    )
    out.print(safe(f"it ran on Python {described.python}; nothing of it was executed"))
    _print_left_out(out, described.left_out)
