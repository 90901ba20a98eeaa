"""When people are told: after a run, when something fails or is late, and when it runs again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import psycopg

from tieout import warehouse
from tieout.alerts import channels, evidence, routing
from tieout.alerts.causes import SEVERITIES, Cause, Item, Kind, Occasion
from tieout.alerts.channels import Urls
from tieout.alerts.delivery import deliver, no_url
from tieout.alerts.outbox import Open, Outbox, visible_causes
from tieout.alerts.routing import Routes
from tieout.alerts.wording import Telling, Wording
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import Connection
from tieout.warehouse.migration import migrate

_ENDED_WELL = ("published", "withheld", "landed", "held")
"""Outcomes of runs that came to their end; that something was held back or withheld is told as the gate's."""


def tell_run(
    connection: Connection,
    settings: Settings,
    run_id: str,
    as_of: date,
    outcome: str,
    *,
    link: str | None = None,
    subject: str | None = None,
) -> int:
    """Queue what a run has shown that people do not know yet, and what is over; give the number of messages.

    `outcome` is as in ops.runs: of a published run the exceptions and sources are looked at, of a withheld one the
    sources of its candidate, of any other its gates alone; a failed one ends no trouble of its own. A day before the
    latest published one is shown again, which is no news. `subject` is the name under which the run's failures are
    told (default: its DAG, else `run`). Repeated, it queues nothing. Raises TieoutError when the routes cannot be
    understood.
    """
    routes = routing.load(settings)
    name = subject or (run_id.partition("/")[0] if "/" in run_id else "run")
    last = evidence.last_published(connection)
    is_latest = last is None or as_of >= last
    causes = evidence.failed_gates(connection, run_id, as_of, routes.operator)
    looked_at: set[Kind] = set()
    if outcome in ("published", "withheld") and is_latest:
        schema = "published" if outcome == "published" else "candidate"
        if schema == "published" or evidence.has_candidate(connection):
            causes += evidence.missing_sources(connection, as_of, schema)
            looked_at.add("source_missing")
    if outcome == "published" and is_latest:
        causes += evidence.exceptions(connection, routes.least_severity)
        looked_at.add("exceptions")
    gates = evidence.checked_gates(connection, run_id)
    ended_well = _ended_well(name, as_of)

    def is_over(one: Open) -> bool:
        cause = one.cause
        if cause.kind == "gate":
            # A gate that withheld a later day has not passed because an earlier one did.
            marks = [mark for _, _, mark in one.told.values()]
            return cause.subject[:2] in gates and max(marks, default="") <= as_of.isoformat()
        return cause.kind in looked_at or (outcome in _ENDED_WELL and ended_well(one))

    occasion = Occasion(as_of, run_id, link, last)
    return Outbox(connection, routes, _wording(routes), occasion).settle(causes, is_over)


def tell_success(
    connection: Connection, settings: Settings, subject: str, business_date: date, link: str | None = None
) -> int:
    """Queue that a DAG or command runs again, where people were told that it had failed or was late; give how many."""
    routes = routing.load(settings)
    occasion = Occasion(business_date, link=link)
    return Outbox(connection, routes, _wording(routes), occasion).settle([], _ended_well(subject, business_date))


def tell_failure(
    settings: Settings,
    subject: str,
    business_date: date,
    step: str,
    message: str,
    *,
    link: str | None = None,
    urls: Urls | None = None,
) -> None:
    """Tell that a DAG or command (`subject`) failed for a business date at a step (empty: not known).

    The same date and step is told once. Without a warehouse it is sent at once. Raises TieoutError when it can be
    neither queued nor sent.
    """
    item = Item(key=business_date.isoformat(), severity=SEVERITIES[0], mark=step)
    cause = Cause("run_failed", (subject,), items=(item,))
    _tell_now(settings, cause, Occasion(business_date, link=link, message=message), urls)


def tell_deadline(
    settings: Settings, subject: str, business_date: date, link: str | None = None, urls: Urls | None = None
) -> None:
    """Tell that a DAG has not finished a business date in time; as `tell_failure`."""
    item = Item(key=business_date.isoformat(), severity=SEVERITIES[0])
    cause = Cause("deadline_missed", (subject,), items=(item,))
    _tell_now(settings, cause, Occasion(business_date, link=link), urls)


def _tell_now(settings: Settings, trouble: Cause, occasion: Occasion, given: Urls | None) -> None:
    routes = routing.load(settings)
    cause = replace(trouble, owner=routes.operator)
    try:
        with warehouse.connect(settings) as connection:
            migrate(connection)
            Outbox(connection, routes, _wording(routes), occasion).settle([cause], lambda _: False)
    except (TieoutError, psycopg.Error) as error:
        _send_directly(routes, cause, occasion, _urls(given), error)
        return
    deliver(settings, _urls(given))


def _urls(given: Urls | None) -> Urls:
    return channels.urls_from_environment() if given is None else given


def _send_directly(routes: Routes, cause: Cause, occasion: Occasion, urls: Urls, reason: Exception) -> None:
    """Send to those whom it concerns without the outbox, because the warehouse itself is what is down."""
    missed = []
    for _, route, items in visible_causes(routes, [cause], occasion):
        text = _wording(routes).message(Telling(cause, items, items, {}, route.language), occasion)
        found = channels.urls_of(urls, route.recipient)
        problems = channels.send(found, text, items[0].severity) if found else {"": no_url(route.recipient)}
        missed += [f"{route.recipient}: {problem}" for problem in problems.values()]
    if missed:
        raise TieoutError(
            f"{cause.subject[0]} for {occasion.as_of}: nobody could be told. The message was not queued ({reason}), and"
            f" it could not be sent: {'; '.join(missed)}"
        )


def _ended_well(subject: str, business_date: date) -> Callable[[Open], bool]:
    """Give the test of what a good end of a subject's run makes over: its troubles up to that business date."""

    def is_over(one: Open) -> bool:
        troubles: Sequence[Kind] = ("run_failed", "deadline_missed")
        return (
            one.cause.kind in troubles
            and one.cause.subject == (subject,)
            and max(one.told, default="") <= business_date.isoformat()
        )

    return is_over


def _wording(routes: Routes) -> Wording:
    from tieout.quality.validation import declared

    rules = {code: (rule.title_en, rule.title_zh) for code, rule in declared("rules").RULES.items()}
    return Wording(routes.names, rules)
