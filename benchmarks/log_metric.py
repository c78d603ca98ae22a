"""What one `celltrail.log_metric` costs: CPU time of the whole public API inside an explicit run of a script.

    python benchmarks/log_metric.py [--json FILE] [--peers FOLDER]

A script and not a cell, so that nothing but the call is measured: no hook of a shell, no namespace to compare; inside
a run the call takes the same way in both. Beside it, in turns, an `os.write` of 32 bytes to a file in the same folder,
below which nothing that is safe against a kill can go. All figures hold the loop itself, and celltrail's hold its
thread that syncs.

FOLDER/mlflow and FOLDER/trackio are virtual environments with those packages: there the same loop runs with fewer
calls, up to the moment when the values are stored.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

PROMISE_US = 2.5
CALLS = 100_000
ROUNDS = 7
PEER_CALLS = 300
PEER_TIMEOUT_S = 60
MISSING = "not installed"
PEERS = {
    "mlflow": """
import logging, sys, time, warnings
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
import mlflow
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("metrics")
calls = int(sys.argv[1])
with mlflow.start_run():
    for step in range(20):
        mlflow.log_metric("warm", 0.25, step=step)
    started = time.process_time_ns()
    for step in range(calls):
        mlflow.log_metric("loss", 0.25, step=step)
    spent = time.process_time_ns() - started
print("us", spent / calls / 1000, mlflow.__version__)
""",
    "trackio": """
import sys, time, warnings
warnings.simplefilter("ignore")
import trackio
calls = int(sys.argv[1])
trackio.init(project="metrics", embed=False)
for step in range(20):
    trackio.log({"warm": 0.25}, step=step)
time.sleep(3)  # its server and its sender are threads of this process
started = time.process_time_ns()
for step in range(calls):
    trackio.log({"loss": 0.25}, step=step)
trackio.finish()
print("us", (time.process_time_ns() - started) / calls / 1000, trackio.__version__)
""",
}
OFFLINE = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


def log_us(calls: int) -> float:
    """CPU microseconds per call of the public API in the open run."""
    import celltrail

    started = time.process_time_ns()
    for step in range(calls):
        celltrail.log_metric("loss", 0.25, step=step)
    return (time.process_time_ns() - started) / calls / 1000


def write_us(descriptor: int, calls: int) -> float:
    """CPU microseconds per bare write of 32 bytes."""
    slot = bytes(32)
    started = time.process_time_ns()
    for _ in range(calls):
        os.write(descriptor, slot)
    return (time.process_time_ns() - started) / calls / 1000


def measure() -> tuple[list[float], list[float]]:
    """Rounds of `log_metric` and of the bare write, in turns, in a script's session in a folder of its own.

    Raises:
        RuntimeError: The journal lacks values: what was measured is not logging.
    """
    import celltrail
    from celltrail.capture import active

    logged: list[float] = []
    written: list[float] = []
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ.update(CELLTRAIL="on", CELLTRAIL_STORE=folder)  # else the script's own project gets the trail
        descriptor = os.open("floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        with celltrail.start_run("the benchmark"):
            time.sleep(3)  # the environment is listed in a thread
            log_us(CALLS // 5)
            write_us(descriptor, CALLS // 5)
            for _ in range(ROUNDS):
                logged.append(log_us(CALLS))
                written.append(write_us(descriptor, CALLS))
        active.end_session()
        os.close(descriptor)
        kept = count_metrics(Path(folder, "journal"))
        os.chdir(before)
    if kept != CALLS // 5 + ROUNDS * CALLS:
        raise RuntimeError(f"the journal holds {kept:,} values, which is not what was logged")
    return logged, written


def count_metrics(journal_dir: Path) -> int:
    """Values that a reader finds in the journal."""
    from celltrail.journal.reader import list_segments, read_batches

    segments = list_segments(journal_dir)
    return sum(batch.metric_count for segment in segments for batch in read_batches(segment.path))


def peer_text(peers: Path | None, name: str) -> str:
    """What a peer's call costs, in words."""
    python = peers / name / "bin" / "python" if peers else None
    if python is None or not python.exists():
        return f"{name}: {MISSING}"
    with tempfile.TemporaryDirectory() as folder:
        command = [str(python.absolute()), "-c", PEERS[name], str(PEER_CALLS)]
        environment = {**os.environ, **OFFLINE, "TRACKIO_DIR": folder, "HF_HOME": folder}
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
                timeout=PEER_TIMEOUT_S,
            )
        except subprocess.TimeoutExpired:
            return f"{name}: no answer within {PEER_TIMEOUT_S} s"
        except subprocess.CalledProcessError as error:
            last = (error.stderr.strip().splitlines() or ["no message"])[-1]
            return f"{name}: failed: {last:.200}"
    line = next(line for line in reversed(done.stdout.splitlines()) if line.startswith("us "))
    _, spent, version = line.split()
    return f"{name} {version}: {float(spent):,.0f} us"


def main() -> None:
    """Measure, print, and write the row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--peers", type=Path)
    arguments = parser.parse_args()
    logged, written = measure()
    ours, floor = statistics.median(logged), statistics.median(written)
    print(f"{'CPU per call, median of ' + str(ROUNDS):<34}{'us':>8}{'least':>8}{'most':>8}")
    for name, rounds in (("celltrail.log_metric", logged), ("os.write of 32 bytes", written)):
        print(f"{name:<34}{statistics.median(rounds):>8.2f}{min(rounds):>8.2f}{max(rounds):>8.2f}")
    print(f"promise: at most {PROMISE_US:g} us; {ours / floor:.1f} times the bare write")
    found = [peer_text(arguments.peers, name) for name in PEERS]
    print("\n".join(found))
    if arguments.json:
        row = {
            "name": "one `log_metric` inside a run, through the whole public API",
            "promise": f"<= {PROMISE_US:g} us",
            "measured": round(ours, 2),
            "unit": "us",
            "peer": "; ".join([f"bare os.write {floor:.2f} us", *found]),
        }
        arguments.json.write_text(json.dumps(row), encoding="utf-8")


if __name__ == "__main__":
    main()
