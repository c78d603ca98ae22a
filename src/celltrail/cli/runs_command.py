"""`celltrail runs`: the table of runs."""

import json
import os
from pathlib import Path

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import opened, path_in_project, settings_here
from celltrail.config import Settings
from celltrail.runs.text import escape
from celltrail.store.runs import RunPage, RunQuery
from celltrail.store.several import AmbiguousMetric
from celltrail.store.table import Shelf

_NAMED = 3  # candidates in one line


@click.command("runs")
@click.option("-f", "--filter", "filter_", default="", help="Which runs, in MLflow's words (see the examples).")
@click.option("-s", "--search", "text", default="", help="Words in the name, notebook, a parameter or a tag.")
@click.option("-o", "--order-by", multiple=True, help="`metrics.rmse`, `params.alpha DESC`; may be repeated.")
@click.option("-n", "--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many runs.")
@click.option("--notebook", type=click.Path(), help="Only this notebook's runs: a path, or a name.")
@click.option("--children", is_flag=True, help="Also the candidates of searches and the runs within runs.")
@click.option("--replays", is_flag=True, help="Also the runs that `celltrail replay` made.")
@click.option("--archived", "shelf", flag_value="archived", help="The runs in the archive.")
@click.option("--starred", is_flag=True, help="Only runs with a star.")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs, with all keys of each run.")
def command(  # noqa: PLR0913, PLR0917 - one argument per option
    filter_: str,
    text: str,
    order_by: tuple[str, ...],
    limit: int,
    notebook: str | None,
    children: bool,  # noqa: FBT001 - click's flag
    replays: bool,  # noqa: FBT001 - click's flag
    shelf: str | None,
    starred: bool,  # noqa: FBT001 - click's flag
    project: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> int:
    """List the runs of a project, newest first.

    \b
    Examples:
      celltrail runs
      celltrail runs -f "metrics.rmse < 60 and params.alpha = '0.1'" -o metrics.rmse
      celltrail runs --notebook notebooks/diabetes.ipynb -n 5
      celltrail runs --json | jq '.runs[].metrics'
    """  # noqa: D301 - \b is click's mark of lines to keep
    settings = settings_here(project)
    path, name = _notebook(settings, notebook)
    query = RunQuery(
        filter=filter_,
        text=text,
        order_by=order_by,
        limit=limit,
        notebook_path=path,
        notebook_name=name,
        with_children=children,
        shelf=Shelf(shelf or Shelf.ACTIVE),
        is_starred_only=starred,
        keys=None,
        with_replays=replays,
    )
    page = RunPage((), "", 0)
    unclear: tuple[AmbiguousMetric, ...] = ()
    if settings.store.is_dir():
        with opened(settings) as store:
            page = store.search_runs(query)
            unclear = () if filter_ or text or name else store.list_ambiguous(path)
    if as_json:
        click.echo(json.dumps(codec.to_plain(page), indent=2))
        return EXIT_OK
    _print_page(page, order_by, is_narrowed=bool(filter_ or text or notebook or shelf or starred), store=settings.store)
    _print_unclear(unclear)
    _print_place(settings, project)
    return EXIT_OK


def _notebook(settings: Settings, notebook: str | None) -> tuple[str, str]:
    """A notebook's path in the trail, or only its name where there is no such file here: it may lie in any folder."""
    if not notebook:
        return "", ""
    path = Path(os.path.abspath(notebook))  # noqa: PTH100 - links are the user's choice
    is_name = path.name == notebook and not path.exists()
    return ("", notebook) if is_name else (path_in_project(settings, path), "")


def _print_page(page: RunPage, order_by: tuple[str, ...], *, is_narrowed: bool, store: Path) -> None:
    from celltrail.cli.terminal import console, runs_table

    out = console()
    if not page.runs and is_narrowed:
        out.print(f"No run matches in {escape(str(store))}; `celltrail runs` lists all of them", markup=False)
        _print_left_out(page)
        return
    if not page.runs:
        out.print("No runs yet. Execute a notebook in JupyterLab, or: celltrail run NOTEBOOK")
        return
    ordered_by = tuple(key.split()[0].removeprefix("metrics.") for key in order_by if key.startswith("metrics."))
    out.print(runs_table(page.runs, out, metrics=ordered_by))
    if page.total > len(page.runs):
        out.print(f"{len(page.runs)} of {page.total} runs; -n shows more, `celltrail show RUN` all of one")
    _print_left_out(page)


def _print_left_out(page: RunPage) -> None:
    if page.replay_count:
        from celltrail.cli.terminal import console

        many = "1 run" if page.replay_count == 1 else f"{page.replay_count} runs"
        console().print(f"{many} of replays left out; --replays shows them", style="dim")


def _print_unclear(metrics: tuple[AmbiguousMetric, ...]) -> None:
    """One line for the metrics that stand on no run, because several may own them."""
    if not metrics:
        return
    from celltrail.cli.terminal import console

    latest = metrics[0]
    many = f"{len(metrics)} metrics have" if len(metrics) > 1 else "1 metric has"
    first = "the latest is " if len(metrics) > 1 else ""
    runs = " or ".join(filter(None, latest.candidate_names[:_NAMED]))
    where = f"celltrail show {latest.candidate_run_ids[0][:8]}" if latest.candidate_run_ids else "no run is known"
    said = f"{many} several candidate runs: {first}{latest.key} of {runs}; {where}"
    console().print(escape(said), markup=False, soft_wrap=True)


def _print_place(settings: Settings, project: str | None) -> None:
    """Say whose trail this is where the folder itself is no project: one above it may be a surprise."""
    from celltrail.cli.terminal import console

    here = Path(os.path.abspath(project or "."))  # noqa: PTH100 - as the settings find the root
    if settings.store.parent != here:
        console().print(f"store: {escape(str(settings.store))}", style="dim", markup=False, soft_wrap=True)
