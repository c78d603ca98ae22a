"""`celltrail doctor`: is everything in place, and if not, what to do."""

import json
from collections.abc import Iterable

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_ERROR, EXIT_OK
from celltrail.cli.findings import Finding, Verdict
from celltrail.cli.project import settings_here


@click.command("doctor")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--rebuild", is_flag=True, help="Make the store anew from the journals, which keep everything.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(project: str | None, rebuild: bool, as_json: bool) -> int:  # noqa: FBT001 - click's flags
    """Check the installation, a real kernel, the store and the disk; each line says what to do.

    Exits with 1 where a check failed; a warning is no failure.

    \b
    Examples:
      celltrail doctor
      celltrail doctor --project ../other-project
      celltrail doctor --rebuild
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.cli.installation import check_installation
    from celltrail.cli.upkeep import check_store, rebuild_store

    settings = settings_here(project)
    findings = [*check_installation(settings, project or ".")]
    if rebuild:
        findings.append(rebuild_store(settings))
    findings += check_store(settings)
    if as_json:
        click.echo(json.dumps({"findings": codec.to_plain(findings)}, indent=2))
    else:
        _print(findings)
    return EXIT_ERROR if any(finding.verdict is Verdict.FAIL for finding in findings) else EXIT_OK


def _print(findings: Iterable[Finding]) -> None:
    from rich.table import Table
    from rich.text import Text

    from celltrail.cli.terminal import console, safe

    styles = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=len(Verdict.WARN))
    for finding in findings:
        said = safe(finding.says)
        if finding.remedy:
            said.append("\n").append_text(safe(f"-> {finding.remedy}", styles[finding.verdict]))
        table.add_row(Text(finding.verdict, style=styles[finding.verdict]), safe(finding.what, "bold"), said)
    console().print(table)
