"""`celltrail run`: notebooks headlessly, each in a process of its own."""

import json
import os
from pathlib import Path
from typing import Any

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_DIED, EXIT_ERROR, EXIT_INTERRUPTED, EXIT_OK, EXIT_TIMED_OUT
from celltrail.errors import ExecutionError, ParameterError
from celltrail.execute.job import Job, JobResult, JobState
from celltrail.execute.parameters import check_values, read_any, resolve_texts
from celltrail.execute.source import UNUSABLE, NotebookSource, default_output, prepare_output, read_source

_CODES = {
    JobState.FINISHED: EXIT_OK,
    JobState.FAILED: EXIT_ERROR,
    JobState.TIMED_OUT: EXIT_TIMED_OUT,
    JobState.DIED: EXIT_DIED,
    JobState.INTERRUPTED: EXIT_INTERRUPTED,
}
_SECONDS = click.FloatRange(min=0, min_open=True)


@click.command("run")
@click.argument("notebooks", nargs=-1, required=True, type=click.Path())
@click.option("-p", "--parameter", "texts", nargs=2, multiple=True, help="A parameter's name and value.")
@click.option("-y", "--parameters-file", type=click.Path(), help="A YAML or JSON file of parameters; -p is stronger.")
@click.option("-o", "--output", type=click.Path(), help="Where the executed copy goes; default in .celltrail/executed.")
@click.option("-j", "--at-once", default=1, show_default=True, type=click.IntRange(1, 64), help="Notebooks at once.")
@click.option("--timeout", type=_SECONDS, help="Seconds for a whole notebook.")
@click.option("--cell-timeout", type=_SECONDS, help="Seconds for each cell.")
@click.option("--kernel", default="", help="The kernel to use instead of the notebook's own.")
@click.option("--cwd", type=click.Path(), help="Where kernels start; default the notebook's folder, as in JupyterLab.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON on stdout, progress on stderr.")
def command(  # noqa: PLR0913, PLR0917 - one argument per option
    notebooks: tuple[str, ...],
    texts: tuple[tuple[str, str], ...],
    parameters_file: str | None,
    output: str | None,
    at_once: int,
    timeout: float | None,
    cell_timeout: float | None,
    kernel: str,
    cwd: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Execute NOTEBOOKS headlessly; their runs, parameters, metrics and datasets are kept as in JupyterLab.

    Parameters are checked against the cell tagged `parameters`: an unknown name or another type is an error.
    A cell tagged `raises-exception` may raise; any other error ends the notebook.

    \b
    Exit codes: 0 finished, 1 a cell failed, 2 wrong usage, 3 timed out, 4 the kernel died, 130 interrupted.

    \b
    Examples:
      celltrail run train.ipynb
      celltrail run train.ipynb -p alpha 0.5 -p name "night run" --timeout 600
      celltrail run a.ipynb b.ipynb --at-once 2 --json > results.json
    """  # noqa: D301 - \b is click's mark of lines to keep
    if output and len(notebooks) > 1:
        raise click.UsageError("--output names one file; with several notebooks leave it out")
    sources = [read_source(Path(os.path.abspath(name))) for name in notebooks]  # noqa: PTH100 - links are the user's choice
    from_file = _read_file(Path(parameters_file)) if parameters_file else {}
    # all that may be wrong is found for all notebooks before the first output is made
    given = [json.dumps(_parameters_of(source, dict(texts), from_file), default=str) for source in sources]
    kernels = [_kernel_of(source, kernel) for source in sources]
    planned = tuple(
        Job(
            notebook=str(source.path),
            output=str(_output_of(source, output)),
            parameters=parameters,
            working_directory=os.path.abspath(cwd) if cwd else str(source.path.parent),  # noqa: PTH100 - as above
            kernel_name=kernel_name,
            timeout_s=timeout,
            cell_timeout_s=cell_timeout,
        )
        for source, parameters, kernel_name in zip(sources, given, kernels, strict=True)
    )
    from celltrail.cli.execution import execute

    results = execute(planned, at_once=at_once, as_json=as_json)
    if as_json:
        click.echo(json.dumps({"results": codec.to_plain(results)}, indent=2))
    return exit_code(results)


def exit_code(results: tuple[JobResult, ...]) -> int:
    """The code of the worst result: an interrupt before a death, a death before a timeout, a failure last."""
    return max((_CODES[result.state] for result in results), default=EXIT_OK)


def _output_of(source: NotebookSource, output: str | None) -> Path:
    path = Path(os.path.abspath(output)) if output else default_output(source.path)  # noqa: PTH100 - links are the user's choice
    if path == source.path:
        raise ExecutionError(path, UNUSABLE, "the output would replace the notebook: name another file")
    prepare_output(path)
    return path


def _parameters_of(source: NotebookSource, texts: dict[str, str], from_file: dict[str, Any]) -> dict[str, Any]:
    if source.language != "python":
        return from_file | {name: read_any(text) for name, text in texts.items()}
    return check_values(source.declared, from_file) | resolve_texts(source.declared, texts)


def _kernel_of(source: NotebookSource, kernel: str) -> str:
    from jupyter_client.kernelspec import KernelSpecManager

    name = kernel or source.kernel_name or "python3"
    known = sorted(KernelSpecManager().find_kernel_specs())
    if name not in known:
        listed = ", ".join(known) or "none at all"
        raise ExecutionError(
            source.path, UNUSABLE, f"there is no kernel {name!r} here; --kernel takes one of these: {listed}"
        )
    return name


def _read_file(path: Path) -> dict[str, Any]:
    import yaml

    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParameterError(str(path), f"the file cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParameterError(str(path), f"the file is no YAML ({error})") from error
    if not isinstance(values, dict):
        raise ParameterError(str(path), "the file holds no names with values")
    return values
