"""Alerts: what is open and what waits, sending it, and trying a recipient's channels."""

import sys

import click

from tieout.cli import options
from tieout.cli.screen import show
from tieout.core.settings import Settings
from tieout.reports.table import fetch

_OPEN = """
    select recipient, kind, array_to_string(subject, ' ') as about, owner,
        (select count(*) from jsonb_object_keys(told)) as items,
        to_char(raised_at, 'YYYY-MM-DD HH24:MI') as "told first (UTC)",
        to_char(changed_at, 'YYYY-MM-DD HH24:MI') as "changed (UTC)"
    from ops.alert_causes where cleared_at is null order by recipient, kind, subject
"""
_WAITING = """
    select message_id as no, recipient, event, title, attempts,
        to_char(next_attempt_at, 'YYYY-MM-DD HH24:MI') as "next attempt (UTC)", last_error as "last error"
    from ops.alert_messages where sent_at is null order by message_id
"""


@click.group("alerts")
def alerts_group() -> None:
    """Who is told when a check fails: routes stand in config/alert_routes.csv, URLs in TIEOUT_ALERT_URLS."""


@alerts_group.command("status")
@options.home
def alerts_status(settings: Settings) -> None:
    """Show what people have been told and is not over, and the messages that wait."""
    from tieout import warehouse

    with warehouse.connect(settings) as connection:
        warehouse.prepare(connection)
        causes, messages = fetch(connection, _OPEN), fetch(connection, _WAITING)
    if causes.rows:
        show(causes, "Open causes 未解除")
    if messages.rows:
        show(messages, "Messages that wait 待发送")
    click.echo(f"{len(causes.rows)} causes open, {len(messages.rows)} messages waiting")


@alerts_group.command()
@options.home
def send(settings: Settings) -> None:
    """Send the messages that are due. Exit code 1 when some wait because they could not be sent."""
    from tieout import alerts

    delivered = alerts.deliver(settings, alerts.urls_from_environment())
    click.echo(f"{delivered.sent} sent, {delivered.waiting} waiting")
    for problem in delivered.problems:
        click.echo(problem, err=True)
    sys.exit(1 if delivered.problems else 0)


@alerts_group.command()
@options.home
@click.argument("recipient")
def test(settings: Settings, recipient: str) -> None:
    """Send a test message to RECIPIENT right now. Exit code 1 when one of its channels did not take it."""
    from tieout import alerts

    found = alerts.send_test(settings, recipient, alerts.urls_from_environment())
    for channel, problem in found.items():
        click.echo(f"{recipient}: {channel}: {problem or 'taken'}", err=problem is not None)
    sys.exit(1 if any(found.values()) else 0)


@alerts_group.command()
@options.home
@click.argument("recipient")
def forget(settings: Settings, recipient: str) -> None:
    """Drop what waits for a RECIPIENT who is no longer there, and what it was told."""
    from tieout import alerts

    click.echo(f"{alerts.forget(settings, recipient)} messages dropped")


COMMANDS = (alerts_group,)
