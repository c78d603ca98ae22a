"""The process that executes one notebook: `python -m celltrail.execute.worker`, a job on stdin, progress on stdout.

It is started by `celltrail.execute.runner` and leaves when that one is gone. Exit code 0 means that the job's end was
told, whatever it was.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from celltrail import codec
from celltrail.execute.job import Failure, Job, JobEnded, JobState, Place, Progress

# Looked for by what we import, and of no use to a process that executes one local notebook. jsonschema compiles the
# grammar of rfc3987_syntax, a second of CPU, and loads more packages to check formats that no notebook has; papermill
# loads clients of storages.
_HIDDEN = (
    "rfc3987_syntax", "rfc3986_validator", "isoduration", "webcolors", "fqdn", "uri_template",
    "boto3", "azure", "gcsfs", "pyarrow", "github",
)  # fmt: skip


def main() -> None:
    """Read the job, execute it, tell how it went."""
    job = codec.loads(Job, sys.stdin.readline())
    with os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1) as pipe:
        os.dup2(2, 1)  # whatever else prints in this process must not stand between our lines
        ended: list[JobEnded] = []
        tell = _teller(pipe, ended)
        try:
            _execute(job, tell)
        finally:
            error = sys.exc_info()[1]
            if error is not None and not ended:
                tell(JobEnded(*_end_of(error)))


def _end_of(error: BaseException) -> tuple[JobState, float, int, int, Failure]:
    """How a job ended that never told so itself; the exception goes on to standard error."""
    if isinstance(error, KeyboardInterrupt):
        failure = Failure(0, "", 0, "KeyboardInterrupt", "the execution was interrupted")
        return JobState.INTERRUPTED, 0.0, 0, 0, failure
    return JobState.FAILED, 0.0, 0, 0, Failure(0, "", 0, type(error).__name__, str(error))


def _teller(pipe: TextIO, ended: list[JobEnded]) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        if isinstance(progress, JobEnded):
            ended.append(progress)
        line = json.dumps({"type": type(progress).__name__, "record": codec.to_plain(progress)})
        try:
            pipe.write(line + "\n")
        except BrokenPipeError:
            raise KeyboardInterrupt from None  # the runner is gone: as if it had interrupted us

    return tell


def _execute(job: Job, tell: Callable[[Progress], None]) -> None:
    hidden: dict[str, Any] = sys.modules  # None in it is Python's mark of a module not to import
    hidden.update(dict.fromkeys(_HIDDEN))
    import papermill.execute

    os.chdir(Path(job.output).anchor)  # the only folder that no cell can remove; all paths are absolute
    papermill.execute.execute_notebook(
        _braced(job.notebook),
        _braced(job.output),
        parameters=json.loads(job.parameters),
        engine_name="celltrail",
        kernel_name=job.kernel_name or None,
        progress_bar=False,
        timeout_s=job.timeout_s,
        execution_timeout=job.cell_timeout_s,
        working_directory=job.working_directory,
        place=Place(job.tree, job.store, job.kernels),
        tell=tell,
    )


def _braced(path: str) -> str:
    """A path for papermill, which fills in parameters between braces."""
    return path.replace("{", "{{").replace("}", "}}")


if __name__ == "__main__":
    main()
