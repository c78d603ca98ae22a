"""`celltrail compare`: only what differs between runs, and why they may differ."""

import json
from dataclasses import dataclass
from pathlib import Path

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import opened, settings_here
from celltrail.errors import CelltrailError
from celltrail.execute.explain.pairs import Explanation
from celltrail.runs.compare import RunComparison


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer: what differs, and for each run but the first why it may."""

    comparison: RunComparison
    explanations: tuple[Explanation, ...]


@click.command("compare")
@click.argument("runs", nargs=-1, required=True)
@click.option("--metric", default="", help="The metric to explain; the runs' key metric if not given.")
@click.option("--prove", is_flag=True, help="Replay the baseline with one cause swapped, for each of the first causes.")
@click.option("--all", "show_all", is_flag=True, help="Every cause, value and line, and what is the same in all.")
@click.option("--html", "page", type=click.Path(), help="Write the comparison into this HTML file as well.")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(  # noqa: PLR0917 - click's signature
    runs: tuple[str, ...],
    metric: str,
    prove: bool,  # noqa: FBT001 - a flag of the command
    show_all: bool,  # noqa: FBT001 - as above
    page: str | None,
    project: str | None,
    as_json: bool,  # noqa: FBT001 - as above
) -> int:
    """Show only what differs between two to twenty RUNS, each an id or the first four or more characters of it.

    The first run is the baseline: differences of metrics are to it. Then it says why each other run may differ from
    it, likeliest cause first: what a replay proved, what the metric's own cells use, what lies below them.

    With --prove the baseline is made again once for each of the first three causes that a replay can swap, with that
    one cause as the other run had it, and it says how much of the difference that explains. It EXECUTES the cells that
    the baseline needs, in a folder of their own: nothing in your project is written. To swap packages it makes an
    environment with those of the other run, which may download them.

    \b
    Examples:
      celltrail compare 3f2a 81bc
      celltrail compare 3f2a 81bc --metric rmse
      celltrail compare 3f2a 81bc --prove
      celltrail compare 3f2a 81bc 90de --all
      celltrail compare 3f2a 81bc --html why.html
      celltrail compare 3f2a 81bc --json > why.json
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.execute.explain.pairs import explain_all
    from celltrail.runs.compare import compare_runs, distinct_runs

    settings = settings_here(project)
    distinct_runs(runs)  # before a store is opened
    with opened(settings) as store:
        details = store.get_runs(runs)
        comparison = compare_runs(details)
        answer = Compared(comparison, explain_all(store, settings, details, comparison, metric=metric))
    if prove:
        from celltrail.cli.compare_proofs import with_proofs

        answer = with_proofs(settings, answer, is_quiet=as_json)
    if page is not None:
        _write_page(Path(page), answer)
        click.echo(f"written: {page}", err=as_json)
    if as_json:
        click.echo(json.dumps(codec.to_plain(answer), indent=2))
        return EXIT_OK
    from celltrail.cli.compare_story import print_comparison
    from celltrail.cli.terminal import console

    print_comparison(console(), answer, show_all=show_all)
    return EXIT_OK


def _write_page(path: Path, answer: Compared) -> None:
    """Write the comparison as a page of its own.

    Raises:
        CelltrailError: The file cannot be written.
    """
    from celltrail.widgets.comparison_view import view_comparison
    from celltrail.widgets.page import html_document

    text = html_document(view_comparison(answer.comparison, answer.explanations))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CelltrailError(f"{path} cannot be written ({error.strerror}): choose another file") from error
