"""From causes to messages that wait to be sent: told once, told again only where something is news, told when over."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tieout.alerts.causes import Cause, Item, Occasion, Told, news, remember, worst
from tieout.alerts.routing import Route, Routes
from tieout.alerts.wording import Telling, Text, Wording
from tieout.warehouse import Connection

_REMEMBER = """
    insert into ops.alert_causes (cause_key, recipient, kind, subject, code, owner, told)
    values (%s, %s, %s, %s, %s, %s, %s)
    on conflict (cause_key, recipient) do update set
        told = excluded.told,
        raised_at = case when alert_causes.cleared_at is null then alert_causes.raised_at else now() end,
        changed_at = case
            when alert_causes.cleared_at is null and alert_causes.told = excluded.told then alert_causes.changed_at
            else now()
        end,
        cleared_at = null
"""
_QUEUE = """
    insert into ops.alert_messages (recipient, event, cause_keys, severity, language, title, body)
    values (%s, %s, %s, %s, %s, %s, %s)
"""


_CLEAR = """
    update ops.alert_causes set cleared_at = now(), changed_at = now(), told = '{}'
    where recipient = %s and cause_key = any(%s)
"""

Event = Literal["raised", "changed", "cleared", "summary"]


@dataclass(frozen=True)
class Message:
    """What is kept about a message beside its words; good news has no severity."""

    event: Event
    severity: str | None
    language: str
    cause_keys: list[str]


@dataclass(frozen=True)
class Open:
    """A cause of which a recipient has been told and not yet that it is over."""

    recipient: str
    cause: Cause
    told: Told


@dataclass(frozen=True)
class Outbox:
    """Where messages are queued on one occasion: for whom, in which words."""

    connection: Connection
    routes: Routes
    wording: Wording
    occasion: Occasion

    def settle(self, causes: Sequence[Cause], is_over: Callable[[Open], bool]) -> int:
        """Queue what is news to whom, and all clear for what is over, in one transaction; give the number of messages.

        `is_over` is asked of what a recipient knows and what is not among `causes` any more.
        """
        with self.connection.transaction():
            # Two that tell at once (a task's callback and its DAG's) come one after the other, so one finds it told.
            self.connection.execute("lock table ops.alert_causes in exclusive mode")
            known = {(one.cause.key, one.recipient): one for one in self._open()}
            due: dict[str, list[Telling]] = defaultdict(list)
            still: set[tuple[str, str]] = set()
            for cause, route, visible in visible_causes(self.routes, causes, self.occasion):
                place = (cause.key, route.recipient)
                told = known[place].told if place in known else {}
                still.add(place)
                fresh = news(visible, told)
                if fresh:
                    due[route.recipient].append(Telling(cause, visible, fresh, told, route.language))
                self._remember(route.recipient, cause, remember(cause, visible, told))
            queued = sum(self._tell(recipient, tellings) for recipient, tellings in due.items())
            over: dict[str, list[Cause]] = defaultdict(list)
            for place, one in known.items():
                if place not in still and is_over(one):
                    over[one.recipient].append(one.cause)
            for recipient, ended in over.items():
                self._clear(recipient, ended)
            return queued + len(over)

    def _open(self) -> Iterable[Open]:
        rows = self.connection.execute(
            "select recipient, kind, subject, code, owner, told from ops.alert_causes where cleared_at is null"
            " order by recipient, cause_key"
        )
        for recipient, kind, subject, code, owner, told in rows:
            states = {key: (state[0], state[1], state[2]) for key, state in told.items()}
            yield Open(recipient, Cause(kind, tuple(subject), code, owner), states)

    def _tell(self, recipient: str, tellings: Sequence[Telling]) -> int:
        if len(tellings) > self.routes.most_messages(recipient):
            language = self.routes.language(recipient)
            severity = worst(item for telling in tellings for item in telling.items)
            message = Message("summary", severity, language, [telling.cause.key for telling in tellings])
            self._queue(recipient, message, self.wording.summary(tellings, self.occasion, language))
            return 1
        for telling in sorted(tellings, key=lambda telling: worst(telling.items)):
            event: Event = "changed" if telling.told else "raised"
            message = Message(event, worst(telling.items), telling.language, [telling.cause.key])
            self._queue(recipient, message, self.wording.message(telling, self.occasion))
        return len(tellings)

    def _clear(self, recipient: str, ended: Sequence[Cause]) -> None:
        keys = [cause.key for cause in ended]
        self.connection.execute(_CLEAR, (recipient, keys))
        language = self.routes.language(recipient)
        text = self.wording.cleared(ended, self.occasion, language)
        self._queue(recipient, Message("cleared", None, language, keys), text)

    def _remember(self, recipient: str, cause: Cause, told: Told) -> None:
        row = (cause.key, recipient, cause.kind, list(cause.subject), cause.code, cause.owner, json.dumps(told))
        self.connection.execute(_REMEMBER, row)

    def _queue(self, recipient: str, message: Message, text: Text) -> None:
        row = (recipient, message.event, message.cause_keys, message.severity, message.language, text.title, text.body)
        self.connection.execute(_QUEUE, row)


def visible_causes(
    routes: Routes, causes: Iterable[Cause], occasion: Occasion
) -> Iterable[tuple[Cause, Route, list[Item]]]:
    """Give each cause with each route that covers it, and the items that are bad enough for that route."""
    for cause in causes:
        for route in routes.covering(cause, occasion.as_of):
            visible = [item for item in cause.items if route.lets_through(item.severity)]
            if visible:
                yield cause, route, visible
