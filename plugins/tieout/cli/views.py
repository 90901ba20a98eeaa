"""Looking: the state of the house, a query, everything about one thing, the gates' pages."""

import sys
from datetime import date
from pathlib import Path

import click

from tieout.cli import options
from tieout.cli.front_page import show_status
from tieout.cli.screen import show
from tieout.core.settings import Settings
from tieout.reports import Overview, explain, overview, status
from tieout.reports.story import Language
from tieout.reports.table import query_published
from tieout.warehouse.publication import last_publication


@click.command("status")
@options.home
@click.option("--all", "everything", is_flag=True, help="Also rows, proofs, match rates, all codes, what stayed out.")
@click.option("--json", "as_json", is_flag=True, help="Print the first screen as JSON, with nothing left out.")
def status_command(settings: Settings, everything: bool, as_json: bool) -> None:
    """Show on one screen what is published, how the last run went, what came and what is open."""
    state = status(settings)
    if as_json:
        click.echo(state.to_json())
        return
    show_status(state)
    if everything:
        show_tables(overview(settings), everything)


def show_overview(state: Overview, everything: bool) -> None:
    """Print what is published and the long tables."""
    if state.publication is None:
        click.echo("Nothing has been published yet.")
    else:
        published = state.publication
        click.echo(
            f"Published: as of {published.as_of} ({published.verdict}), {published.published_at:%Y-%m-%d %H:%M:%S} UTC,"
            f" run {published.run_id}"
        )
    show_tables(state, everything)


def show_tables(state: Overview, everything: bool) -> None:
    """Print the long tables; with `everything`, also what is not reconciled, and why."""
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
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--details", is_flag=True, help="Also every system's rows as they stand, with file and line.")
def explain_command(identifier: str, settings: Settings, language: Language, details: bool) -> None:
    """Tell what happened to an order, refund, payout, bank line or exception, by the clock, and what ties out."""
    told = explain(settings, identifier, language)
    headings = _HEADINGS[language]
    if told.story.steps:
        click.secho(f"\n{headings[0]} {identifier}", bold=True)
    for number, step in enumerate(told.story.steps, start=1):
        click.echo(f"{number:>3}  {step.at:<16}  {step.text}")
        click.secho(f"{'':23}{step.place}", dim=True)
    if told.story.verdicts.rows:
        show(told.story.verdicts, headings[1])
    if told.exceptions.rows:
        show(told.exceptions, headings[2])
    elif told.story.steps:
        click.echo(f"\n{headings[3]}")
    for title, table in told.sections if details else ():
        show(table, title)


_HEADINGS = {
    "zh": ("来龙去脉", "核对结论", "差异与在途", "没有差异。"),
    "en": ("What happened to", "What ties out", "Exceptions and pending items", "No exceptions."),
}


@click.command()
@options.home
@click.option("--run", "run_id", help="The run's id (default: the last one).")
@click.option("--lineage", is_flag=True, help="Instead: every table, its columns, tests and what it is made of.")
@click.option("--dictionary", is_flag=True, help="Instead: every column with its meaning in English and Chinese.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the pages.")
def docs(settings: Settings, run_id: str | None, lineage: bool, dictionary: bool, out: Path | None) -> None:
    """Write the gates' results, the tables' documentation (--lineage) or the data dictionary, to be read offline."""
    folder = out or settings.home / "docs"
    if lineage and dictionary:
        raise click.UsageError("--lineage and --dictionary are two pages: ask for one of them")
    if not (lineage or dictionary):
        from tieout import quality

        click.echo(quality.data_docs(settings, run_id, folder))
        return
    if run_id:
        raise click.UsageError("this page is of the tables as they stand, not of a run: leave --run out")
    from tieout import dbt, warehouse
    from tieout.warehouse import candidate

    with warehouse.connect(settings) as connection:
        warehouse.prepare(connection)
        published = last_publication(connection)
        types = candidate.read_columns(connection, "published")
    as_of = published.as_of if published else date(1970, 1, 1)
    if dictionary:
        project = dbt.read_manifest(settings, warehouse.url(settings))
        click.echo(dbt.write_dictionary(dbt.dictionary(project, types), folder))
        return
    click.echo(dbt.docs(settings, warehouse.url(settings), as_of, folder))


COMMANDS = (status_command, query, explain_command, docs)
