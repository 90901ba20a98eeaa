"""Looking: the state of the house, a query, everything about one thing, the gates' pages."""

import sys
from pathlib import Path

import click

from tieout.cli import options
from tieout.cli.screen import show
from tieout.core.settings import Settings
from tieout.reports import Overview, explain, overview
from tieout.reports.table import query_published


@click.command()
@options.home
@click.option("--all", "everything", is_flag=True, help="Also what is not reconciled, and why.")
def status(settings: Settings, everything: bool) -> None:
    """Show what is published, the last run, sources, match rates and open exceptions."""
    state = overview(settings)
    show_overview(state, everything)


def show_overview(state: Overview, everything: bool) -> None:
    """Print an overview."""
    if state.publication is None:
        click.echo("Nothing has been published yet.")
    else:
        published = state.publication
        click.echo(
            f"Published: as of {published.as_of} ({published.verdict}), {published.published_at:%Y-%m-%d %H:%M:%S} UTC,"
            f" run {published.run_id}"
        )
    if state.last_run:
        click.echo(f"Last run: as of {state.last_run['as_of']}, {state.last_run['outcome'] or 'unfinished'}")
    show(state.sources, "Rows per source 各数据源行数")
    show(state.proofs, "Completeness 完整性证明")
    if state.findings.rows:
        show(state.findings, "Findings: deliveries that cannot be trusted 隔离文件")
    if state.publication:
        show(state.legs, "Match rates and money per leg 各对账环节")
        show(state.exceptions, "Exceptions and pending items 差异与在途")
        if everything:
            show(state.not_reconciled, "Not reconciled, and why 未纳入对账")


@click.command()
@click.argument("sql")
@options.home
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def query(sql: str, settings: Settings, form: str) -> None:
    """Run a read-only SQL query on what is published: tieout query "select * from exceptions"."""
    answer = query_published(settings, sql)
    if form == "csv":
        sys.stdout.write(answer.to_csv())
    elif form == "json":
        click.echo(answer.to_json())
    else:
        show(answer)
        click.echo(f"({len(answer.rows)} rows)")


@click.command("explain")
@click.argument("identifier", metavar="ID")
@options.home
def explain_command(identifier: str, settings: Settings) -> None:
    """Show everything about an order, refund, payout, bank line or exception, with file and line."""
    for title, table in explain(settings, identifier).sections:
        show(table, title)


@click.command()
@options.home
@click.option("--run", "run_id", help="The run's id (default: the last one).")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the pages.")
def docs(settings: Settings, run_id: str | None, out: Path | None) -> None:
    """Write the gates' results as pages that can be read offline."""
    from tieout import quality

    click.echo(quality.data_docs(settings, run_id, out or settings.home / "docs"))


COMMANDS = (status, query, explain_command, docs)
