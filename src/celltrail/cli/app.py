"""The group of commands, and the one place where an error becomes a line on stderr and an exit code."""

import os
import sys
from importlib import import_module
from typing import Any

import click

from celltrail.cli.exits import EXIT_ERROR, EXIT_INTERRUPTED, EXIT_USAGE
from celltrail.errors import (
    BundleError,
    CelltrailError,
    ComparisonError,
    ConfigError,
    EditError,
    ExecutionError,
    FilterError,
    KeepError,
    ParameterError,
)
from celltrail.runs.text import escape

_COMMANDS = {
    "runs": "List the runs of a project.",
    "show": "Show everything that is kept of one run.",
    "compare": "Show only what differs between runs, and why.",
    "data": "List datasets and their versions; diff and restore them.",
    "lineage": "Show which cells a run needs, why, and what flows between.",
    "run": "Execute notebooks headlessly, with the trail.",
    "replay": "Make a run again from what was executed, and compare.",
    "restore": "Write what a run executed into a new notebook.",
    "tag": "Set tags, a star or a note of runs.",
    "archive": "Put runs out of the lists, or back; deletes nothing.",
    "keep": "Make a run of a past cell, or let it go again.",
    "export": "Write a run out for a colleague, as one file.",
    "import": "Make a project of such a file; executes nothing.",
    "doctor": "Check the installation and the store; say what to do.",
    "demo": "Run a real notebook and show what was captured.",
}
_USAGE_ERRORS = (
    ParameterError,
    ExecutionError,
    FilterError,
    ConfigError,
    BundleError,
    KeepError,
    EditError,
    ComparisonError,
)


class _Group(click.Group):
    """Imports a command's module when it is called; its line in the list of commands needs no import."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"celltrail.cli.{cmd_name}_command").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _print_version(ctx: click.Context, _param: click.Parameter, is_asked: bool) -> None:  # noqa: FBT001 - click's signature
    if is_asked:
        import celltrail

        click.echo(f"celltrail {celltrail.__version__}")
        ctx.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Show the version."
)
def group() -> None:
    """The trail from every number in a notebook back to the cell, data, code, environment, seed and hardware.

    Just run notebooks, in JupyterLab or here; then ask.

    \b
    Examples:
      celltrail demo
      celltrail runs --order-by "metrics.rmse"
      celltrail show 3f2a
      celltrail compare 3f2a 81bc
      celltrail run train.ipynb -p alpha 0.5
    """  # noqa: D301 - \b is click's mark of lines to keep


def main() -> None:
    """Run the command line; every error that celltrail raises on purpose is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_run())


def _run() -> Any:
    try:
        return group.main(prog_name="celltrail", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("celltrail: interrupted", err=True)
        return EXIT_INTERRUPTED
    except CelltrailError as error:
        click.echo(f"celltrail: {escape(str(error))}", err=True)
        return EXIT_USAGE if isinstance(error, _USAGE_ERRORS) else EXIT_ERROR
    except BrokenPipeError:
        # whoever read our output (`| head`) has enough; Python would complain once more when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
