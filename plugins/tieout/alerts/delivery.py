"""The outbox's other end: what is due is sent, what a channel did not take waits and is tried again."""

import time
from dataclasses import dataclass, field

import psycopg

from tieout import warehouse
from tieout.alerts import channels, routing
from tieout.alerts.channels import Urls
from tieout.alerts.wording import Text, trial_message
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import Connection
from tieout.warehouse.migration import migrate

_LONGEST = 120.0
"""Seconds after which a delivery takes up no further message: whoever called it has other things to do."""

# The oldest that is due. Of one cause the first comes first: `all clear` must not overtake what it is about.
_NEXT = """
    select message_id, recipient, severity, title, body, arrived
    from ops.alert_messages as message
    where sent_at is null and next_attempt_at <= now() and recipient = any(%s) and not exists (
        select from ops.alert_messages as earlier
        where earlier.sent_at is null and earlier.message_id < message.message_id
            and earlier.recipient = message.recipient and earlier.cause_keys && message.cause_keys
    )
    order by message_id limit 1 for update skip locked
"""
_SENT = """
    update ops.alert_messages
    set sent_at = clock_timestamp(), attempts = attempts + 1, arrived = %s, last_error = null where message_id = %s
"""
# 1, 2, 4 … minutes, an hour at most.
_FAILED = """
    update ops.alert_messages
    set attempts = attempts + 1, arrived = %s, last_error = %s,
        next_attempt_at = clock_timestamp() + make_interval(mins => least(60, 2 ^ least(attempts, 10))::integer)
    where message_id = %s
"""
# A channel that has taken one message will take the others that wait for it.
_RELEASE = """
    update ops.alert_messages set next_attempt_at = now() where message_id in (
        select message_id from ops.alert_messages
        where sent_at is null and next_attempt_at > now() and recipient = %s for update skip locked
    )
"""
_UNREACHABLE = """
    update ops.alert_messages set last_error = %s where message_id in (
        select message_id from ops.alert_messages
        where sent_at is null and recipient = %s and last_error is distinct from %s for update skip locked
    )
"""
_WAITING = """
    select recipient, count(*), (array_agg(last_error order by message_id) filter (where last_error is not null))[1]
    from ops.alert_messages where sent_at is null group by recipient order by recipient
"""


@dataclass(frozen=True)
class Delivered:
    """What a delivery came to: messages sent, messages that wait, and why, a line for each recipient."""

    sent: int
    waiting: int
    problems: tuple[str, ...]


@dataclass
class _Recipients:
    """Who can be reached in this delivery; one whose channel failed is left alone for the rest of it."""

    urls: Urls
    failed: set[str] = field(default_factory=set)

    @property
    def reachable(self) -> list[str]:
        return [recipient for recipient in self.urls if recipient not in self.failed]


def deliver(settings: Settings, urls: Urls) -> Delivered:
    """Send what is due. Several may do so at once: no message is sent by two.

    A channel that is down or hangs costs one attempt; its messages wait. Killed in the middle of a message, it may be
    sent again: rather twice than never. Raises TieoutError only when the warehouse cannot be used.
    """
    recipients = _Recipients({recipient: given for recipient, given in urls.items() if given})
    sent, deadline = 0, time.monotonic() + _LONGEST
    try:
        with warehouse.connect(settings) as connection:
            migrate(connection)
            _name_the_unreachable(connection, recipients.urls)
            while time.monotonic() < deadline:
                recipient = _send_next(connection, recipients)
                if recipient is None:
                    break
                if recipient not in recipients.failed:
                    sent += 1
                    connection.execute(_RELEASE, (recipient,))
            waiting = connection.execute(_WAITING).fetchall()
    except psycopg.Error as error:
        raise TieoutError(
            f"the warehouse went away while alerts were being sent ({str(error).strip()}); they wait, send them again"
        ) from error
    problems = tuple(f"{recipient}: {count} waiting, {problem}" for recipient, count, problem in waiting if problem)
    return Delivered(sent, sum(count for _, count, _ in waiting), problems)


def _send_next(connection: Connection, recipients: _Recipients) -> str | None:
    """Send the next message that is due, under a lock of its own; give its recipient, None when there is none."""
    with connection.transaction():
        row = connection.execute(_NEXT, (recipients.reachable,)).fetchone()
        if row is None:
            return None
        message_id, recipient, severity, title, body, arrived = row
        all_channels = channels.urls_of(recipients.urls, recipient)
        open_channels = {name: url for name, url in all_channels.items() if name not in arrived}
        problems = channels.send(open_channels, Text(title, body), severity)
        taken = [*arrived, *(name for name in open_channels if name not in problems)]
        if problems:
            recipients.failed.add(recipient)
            connection.execute(_FAILED, (taken, "; ".join(problems.values()), message_id))
        else:
            connection.execute(_SENT, (taken, message_id))
    return str(recipient)


def _name_the_unreachable(connection: Connection, urls: Urls) -> None:
    rows = connection.execute("select distinct recipient from ops.alert_messages where sent_at is null").fetchall()
    for (recipient,) in rows:
        if recipient not in urls:
            problem = no_url(recipient)
            connection.execute(_UNREACHABLE, (problem, recipient, problem))


def no_url(recipient: str) -> str:
    """Say what to do about a recipient without a URL."""
    return (
        f"no URL: name '{recipient}' in TIEOUT_ALERT_URLS or make the Airflow connection tieout_alert_{recipient} "
        f"(`tieout alerts forget {recipient}` drops what waits)"
    )


def send_test(settings: Settings, recipient: str, urls: Urls) -> dict[str, str | None]:
    """Send a test message to each channel of a recipient, past the outbox; give the problem of each, None if taken.

    Raises TieoutError when the recipient has no URL.
    """
    found = channels.urls_of(urls, recipient)
    if not found:
        raise TieoutError(f"{recipient} has {no_url(recipient)}")
    text = trial_message(recipient, routing.load(settings).language(recipient))
    return {name: channels.send_one(url, text, None) for name, url in found.items()}


def forget(settings: Settings, recipient: str) -> int:
    """Drop what waits for a recipient and what it was told; give the number of messages dropped."""
    with warehouse.connect(settings) as connection:
        migrate(connection)
        connection.execute("delete from ops.alert_causes where recipient = %s", (recipient,))
        query = "delete from ops.alert_messages where recipient = %s and sent_at is null"
        return connection.execute(query, (recipient,)).rowcount
