"""`celltrail compare`: only what differs between runs, and why they may differ."""

import json
from dataclasses import dataclass

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import opened, settings_here
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
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(runs: tuple[str, ...], metric: str, prove: bool, show_all: bool, project: str | None, as_json: bool) -> int:  # noqa: FBT001, PLR0917 - click's signature
    """Show only what differs between two to twenty RUNS, each an id or the first four or more characters of it.

    The first run is the baseline: differences of metrics are to it. Then it says why each other run may differ from
    it, likeliest cause first: what a replay proved, what the metric's own cells use, what lies below them.

    With --prove the baseline is made again once for each of the first three causes that a replay can swap, with that
    one cause as the other run had it, and it says how much of the difference that explains. It EXECUTES the cells that
    the baseline needs, in a folder of their own: nothing in your project is written.

    \b
    Examples:
      celltrail compare 3f2a 81bc
      celltrail compare 3f2a 81bc --metric rmse
      celltrail compare 3f2a 81bc --prove
      celltrail compare 3f2a 81bc 90de --all
      celltrail compare 3f2a 81bc --json > why.json
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.execute.explain.pairs import explain_pair
    from celltrail.runs.compare import compare_runs, distinct_runs

    settings = settings_here(project)
    distinct_runs(runs)  # before a store is opened
    with opened(settings) as store:
        details = store.get_runs(runs)
        comparison = compare_runs(details)
        by_id = {detail.run.run_id: detail for detail in details}
        pairs = [(details[0], by_id[run_id]) for run_id in comparison.run_ids[1:]]
        answer = Compared(comparison, tuple(explain_pair(store, settings, pair, metric=metric) for pair in pairs))
    if prove:
        from celltrail.cli.compare_proofs import with_proofs

        answer = with_proofs(settings, answer, is_quiet=as_json)
    if as_json:
        click.echo(json.dumps(codec.to_plain(answer), indent=2))
        return EXIT_OK
    from celltrail.cli.compare_story import print_comparison
    from celltrail.cli.terminal import console

    print_comparison(console(), answer, show_all=show_all)
    return EXIT_OK
