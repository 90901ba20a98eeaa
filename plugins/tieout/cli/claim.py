"""Claiming from a platform or payment channel what it owes by its own contract."""

import re
from pathlib import Path

import click

from tieout.cli import options
from tieout.cli.screen import show
from tieout.core.settings import Settings
from tieout.reports import claims

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def _to_month(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not _MONTH.fullmatch(value):
        raise click.BadParameter("a month is written YYYY-MM, for example 2026-05")
    return value


@click.command("claim")
@click.argument("platform")
@click.argument("month", callback=_to_month)
@options.home
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The workbook (default: in claims/ at home)."
)
def claim(platform: str, month: str, settings: Settings, out: Path | None) -> None:
    """Write a month's (YYYY-MM) claims against a platform or payment channel as a workbook, with the evidence.

    Wrong fees, fees not given back, missing settlements and subsidies, repeated deductions: where it holds too little
    for us by its contract. Each claim names its rule, its rows and its files.
    """
    found = claims(settings, platform, month)
    if not found.claims.rows:
        click.echo(f"Nothing is to be claimed from {platform} for {month}. 无可主张款项。")
        return
    from tieout.reports.claim_workbook import to_workbook

    path = out or settings.home / "claims" / f"{platform}-{month}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_workbook(found))
    show(found.summary, f"Claims against {platform}, {month} 费用主张")
    click.echo(f"{found.total} in {len(found.claims.rows)} claims: {path}")


COMMANDS = (claim,)
