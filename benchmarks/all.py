"""Runs every benchmark and writes their table into README.md and docs/benchmarks.md.

    python benchmarks/all.py                     # all of them, with the peers that are installed
    python benchmarks/all.py --only fold page    # some of them; the rest of the table stays
    python benchmarks/all.py --peers FOLDER      # environments of the peers, made there where missing

Each script prints its own table and writes one JSON file of promises; this one only joins them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
PAGE = HERE.parent / "docs" / "benchmarks.md"
RESULTS = HERE / "results.json"
SCRIPTS = (
    "log_metric",
    "cell_capture",
    "import_time",
    "tracked_fit",
    "frameworks",
    "fingerprint",
    "fold",
    "page",
    "panel",
    "table",
    "panel_memory",
    "compare",
    "headless",
    "lineage",
    "whole_notebook",
    "readers",
    "replay",
    "model_logging",
    "sampling",
)
START, END = "<!-- benchmarks: start -->", "<!-- benchmarks: end -->"


@dataclass(frozen=True)
class Promise:
    """One row: what is promised, what was measured, and the peer's figure in words."""

    script: str
    name: str
    promise: str
    measured: str
    peer: str


def run_script(name: str, peers: Path | None) -> list[Promise]:
    """Run one benchmark; its promises.

    Raises:
        subprocess.CalledProcessError: The script failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, str(HERE / f"{name}.py"), "--json", str(answer)]
        accepts_peers = "--peers" in (HERE / f"{name}.py").read_text(encoding="utf-8")
        if peers and accepts_peers:
            command += ["--peers", str(peers)]
        subprocess.run(command, check=True, timeout=3600)
        found = json.loads(answer.read_text(encoding="utf-8"))
    rows = found if isinstance(found, list) else [found]
    return [to_promise(name, row) for row in rows]


def to_promise(script: str, row: dict[str, object]) -> Promise:
    """A row as the scripts write it: name, promise, measured, unit, peer (text)."""
    unit = f" {row['unit']}" if row.get("unit") else ""
    measured = row["measured"]
    text = f"{measured:.3g}{unit}" if isinstance(measured, int | float) else f"{measured}{unit}"
    return Promise(script, str(row["name"]), str(row["promise"]), text, str(row.get("peer") or ""))


def table(promises: list[Promise]) -> str:
    """The promises as a Markdown table."""
    lines = ["| promise | at most / at least | measured | the same elsewhere |", "| --- | --- | --- | --- |"]
    lines += [f"| {row.name} | {row.promise} | {row.measured} | {row.peer} |" for row in promises]
    return "\n".join(lines)


def write_between(path: Path, text: str) -> None:
    """Replace what stands between the two marks of a page."""
    page = path.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Run, join, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=SCRIPTS, default=SCRIPTS, metavar="NAME")
    parser.add_argument("--peers", type=Path, help="folder with (or for) one virtual environment per peer")
    options = parser.parse_args()
    kept = [Promise(**row) for row in json.loads(RESULTS.read_text("utf-8"))] if RESULTS.exists() else []
    for name in options.only:
        print(f"--- {name}", flush=True)
        fresh = run_script(name, options.peers)
        kept = [row for row in kept if row.script != name] + fresh
    kept.sort(key=lambda row: SCRIPTS.index(row.script))
    RESULTS.write_text(json.dumps([vars(row) for row in kept], indent=1) + "\n", encoding="utf-8")
    for page in (README, PAGE):
        write_between(page, table(kept))
    print(table(kept))


if __name__ == "__main__":
    main()
