"""How well replay does: every notebook of tests/notebooks recorded by a real kernel, its runs replayed and judged.

    python benchmarks/replay.py                          # all of them, one kernel at a time
    python benchmarks/replay.py --only NAME NAME         # some of them
    python benchmarks/replay.py --kept FILE              # in parts: answers are kept there, and joined
    python benchmarks/replay.py --kept FILE --missing    # those that the file does not have yet
    python benchmarks/replay.py --kept FILE --report     # runs nothing
    python benchmarks/replay.py --pages                  # also write the table into docs/replay.md

What each notebook has of mess, and which answer is right, stands in its file. The overhead is CPU: all processes of
`celltrail replay` beside plain papermill on the notebook that it wrote, with tracking off.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from messy_notebook import Right, Target, named, names  # noqa: E402 - the path above
from messy_replay import Answer, Judged, record, replays, surroundings  # noqa: E402 - the path above

PAGE = ROOT / "docs" / "replay.md"
START, END = "<!-- messy notebooks: start -->", "<!-- messy notebooks: end -->"
WITH_PAPERMILL = frozenset(
    {"redefined_function", "alias_mutation", "edited_class", "file_overwritten", "deleted_names"}
)


@dataclass(frozen=True, slots=True)
class Row:
    """One replayed run of one notebook; `plain_s` is papermill's CPU on the same notebook, 0 where not measured."""

    name: str
    title: str
    mess: str
    target: Target
    answer: Answer
    plain_s: float = 0.0

    @property
    def is_replayable(self) -> bool:
        """Whether the run can be made again."""
        return self.target.right in {Right.SLICE, Right.FULL}


def measured(name: str) -> list[Row]:
    """Record a notebook and replay its targets."""
    notebook = named(name)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        record(notebook, folder)
        rows = []
        for target, answer in replays(notebook, folder):
            plain_s = papermill_cpu(folder, answer.notebook) if name in WITH_PAPERMILL else 0.0
            rows.append(Row(name, notebook.title, notebook.mess, target, answer, plain_s))
        return rows


def papermill_cpu(folder: Path, notebook: str) -> float:
    """CPU seconds of plain papermill on a replay's notebook, without celltrail."""
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--cwd", str(folder), notebook, "plain.ipynb"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**surroundings(folder, {}), "CELLTRAIL": "off"}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2)


# --- answers that are kept -----------------------------------------------------------------------------------------


def read_kept(path: Path | None) -> list[Row]:
    if path is None or not path.exists():
        return []
    return [
        Row(
            **{
                **row,
                "target": Target(**{**row["target"], "right": Right(row["target"]["right"])}),
                "answer": Answer(**{**row["answer"], "judged": Judged(row["answer"]["judged"])}),
            }
        )
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]


def keep(path: Path | None, rows: list[Row]) -> None:
    if path:
        path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")


# --- what is printed -----------------------------------------------------------------------------------------------


def percent(count: int, of: int) -> str:
    return f"{count} of {of} ({100 * count / of:.0f} %)" if of else "none"


def figures(rows: list[Row]) -> list[dict[str, object]]:
    """The summary, as benchmarks/all.py reads it."""
    same = [row for row in rows if row.is_replayable]
    refused = [row for row in rows if not row.is_replayable]
    slices = [row.answer.step_count / row.answer.total for row in same if row.answer.step_count]
    beyond = [row.answer.cpu_s - row.plain_s for row in rows if row.plain_s and row.answer.is_made]
    wrong = sum(row.answer.judged is Judged.WRONG for row in rows)
    found = [
        ("runs made again", "of those that can be", percent(sum(is_same(row) for row in same), len(same))),
        (
            "runs with identical metrics",
            "of those that can be",
            percent(sum(row.answer.has_same_metrics for row in same), len(same)),
        ),
        (
            "correct refusals, cause named",
            "of those that cannot be made again",
            percent(sum(row.answer.judged is Judged.RIGHT for row in refused), len(refused)),
        ),
        ("wrong answers", "none", percent(wrong, len(rows))),
    ]
    if slices:
        short = sum(row.answer.was_widened and row.answer.is_made for row in same)
        found.append(("slices that were not enough", "none", percent(short, len(slices))))
        found.append(
            ("slice beside the full history", "as few cells as are sure", f"{100 * statistics.mean(slices):.0f} %")
        )
    if beyond:
        value = f"{statistics.median(beyond):.2f} s ({len(beyond)} replays, {min(beyond):.2f} to {max(beyond):.2f})"
        found.append(("CPU beyond papermill on the same notebook", "<= 1 s", value))
    starting = [row.answer.cpu_s - row.answer.work_s for row in rows if row.answer.work_s]
    if starting:
        value = f"{statistics.median(starting):.2f} s"
        found.append(("CPU beyond the cells' own: command, worker and kernel", "no promise", value))
    return [
        {"name": f"replay of messy notebooks: {name}", "promise": promise, "measured": value, "unit": "", "peer": ""}
        for name, promise, value in found
    ]


def is_same(row: Row) -> bool:
    return row.answer.status in {"identical", "within tolerance"}


def right_answer(target: Target) -> str:
    said = target.right.value
    return f"{said}: {target.item}" if target.item else said


def given_answer(answer: Answer) -> str:
    if answer.status in {"identical", "within tolerance"}:
        how = "by slice" if answer.is_by_slice else "by full history"
        return f"{answer.status} {how}{', the slice was not enough' if answer.was_widened else ''}"
    return answer.status


def lines(rows: list[Row]) -> list[str]:
    """The table of notebooks, in Markdown."""
    found = ["| notebook | run | right answer | answer | cells of all | |", "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        answer = row.answer
        run = f"{row.target.run} ({row.target.turn + 1})" if row.target.turn else row.target.run
        count = f"{answer.step_count} of {answer.total}"
        found.append(
            f"| {row.title} | {run} | {right_answer(row.target)} | {given_answer(answer)} | {count} | {answer.judged} |"
        )
    return found


def summary(rows: list[Row]) -> list[str]:
    notebooks = len({row.name for row in rows})
    found = [f"| {notebooks} notebooks, {len(rows)} runs | |", "| --- | --- |"]
    return found + [f"| {str(one['name']).partition(': ')[2]} | {one['measured']} |" for one in figures(rows)]


def write_page(rows: list[Row]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    text = "\n".join([*summary(rows), "", *lines(rows)])
    PAGE.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}", encoding="utf-8")


# --- the command ---------------------------------------------------------------------------------------------------


def main() -> None:
    options = arguments()
    rows = read_kept(options.kept)
    done = {row.name for row in rows}
    wanted = [] if options.report else options.only or names()
    wanted = [name for name in wanted if not (options.missing and name in done)]
    broken: list[str] = []
    for number, name in enumerate(wanted, 1):
        started = time.monotonic()
        try:
            fresh = measured(name)
        except AssertionError as error:
            broken.append(name)
            print(f"[{number}/{len(wanted)}] {name} was not judged: {error}"[:400], flush=True)
            continue
        rows = sorted([row for row in rows if row.name != name] + fresh, key=lambda row: row.name)
        keep(options.kept, rows)
        for row in fresh:
            said = f"{given_answer(row.answer)} ({row.answer.judged}): {row.answer.reason}"
            print(f"[{number}/{len(wanted)}] {time.monotonic() - started:5.1f} s  {name} {row.target.run}: {said}")
        sys.stdout.flush()
    print("\n".join(["", *lines(rows), "", *summary(rows)]))
    if options.pages:
        left_out = sorted({*names()} - {row.name for row in rows})
        if left_out:
            sys.exit(f"docs/replay.md is left as it is: no answers of {', '.join(left_out)}; see --kept and --missing")
        write_page(rows)
    if options.json:
        options.json.write_text(json.dumps(figures(rows), indent=1), encoding="utf-8")
    if broken:
        sys.exit(f"not judged: {', '.join(broken)}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=names(), metavar="NAME")
    parser.add_argument("--kept", type=Path, help="file in which answers are kept between parts")
    parser.add_argument("--missing", action="store_true", help="only notebooks that --kept does not have")
    parser.add_argument("--report", action="store_true", help="run nothing, print what --kept has")
    parser.add_argument("--pages", action="store_true", help="write the table into docs/replay.md")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.pop("CELLTRAIL", None)
    main()
