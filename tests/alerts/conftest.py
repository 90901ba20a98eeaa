"""A warehouse of its own with a few published rows written by hand, so that a change of one of them is a change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from tieout import alerts, warehouse
from tieout.core.settings import Settings
from tieout.warehouse import Connection

MakeHome = Callable[[str], Settings]
HEADER = "recipient,owner,code,event,at_least_severity,language,most_messages"
AS_OF = date(2026, 5, 14)

_TABLES = """
drop table if exists published.exceptions, published.fct_source_days;
drop table if exists candidate.exceptions, candidate.fct_source_days;
create table published.exceptions (
    exception_id text primary key, code text, owner text, severity text, difference_amount numeric(18, 2),
    currency text, due_on date default '2026-05-15', reason text, entity_id text,
    order_id text, refund_id text, payout_id text
);
create table published.fct_source_days (
    source text, stream text, account_id text, business_on date, expected_by date, has_arrived boolean
);
truncate ops.alert_causes, ops.alert_messages, ops.gate_results, ops.run_steps, ops.build_claims, ops.runs;
truncate published.publication;
insert into published.publication (as_of, run_id, verdict) values ('2026-05-14', 'run-1', 'passed');
insert into ops.runs (run_id, as_of, started_at) values ('run-1', '2026-05-14', now());
"""


@dataclass
class House:
    """What alerts look at, to be changed row by row, and what they queued."""

    settings: Settings
    connection: Connection
    runs: int = 1

    def routes(self, *rows: str) -> None:
        self.settings.config.mkdir(exist_ok=True)
        (self.settings.config / "alert_routes.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")

    def exception(self, key: str, severity: str, amount: str, code: str = "BK01", owner: str = "treasury") -> None:
        self.connection.execute(
            "insert into published.exceptions"
            " (exception_id, code, owner, severity, difference_amount, currency, payout_id)"
            " values (%s, %s, %s, %s, %s, 'CNY', %s) on conflict (exception_id) do update"
            " set severity = excluded.severity, difference_amount = excluded.difference_amount",
            (key, code, owner, severity, amount, f"P9-{key}"),
        )

    def settled(self, key: str) -> None:
        self.connection.execute("delete from published.exceptions where exception_id = %s", (key,))

    def missing(self, day: str, expected_by: str, schema: str = "published") -> None:
        place = ("alipay", "trade", "2088", day)
        self.connection.execute(
            f"insert into {schema}.fct_source_days values (%s, %s, %s, %s, %s, false)", (*place, expected_by)
        )
        self.connection.execute(
            f"insert into {schema}.exceptions (exception_id, code, owner, severity, reason, entity_id)"
            " values (%s, 'DQ01', 'data team', 'P1', 'missing', %s)",
            (f"dq-{day}", f"alipay/trade|2088|{day}"),
        )

    def gate(self, rule: str, severity: str, success: bool, subject: str = "", run_id: str = "run-1") -> None:
        self.connection.execute(
            "insert into ops.gate_results values (%s, %s, %s, %s, %s, %s, '0.91', '0.97', '', now())",
            (run_id, "raw" if subject else "marts", subject or "reconciliation", rule, severity, success),
        )

    def next_run(self, as_of: date = AS_OF) -> str:
        self.runs += 1
        run_id = f"run-{self.runs}"
        self.connection.execute(
            "insert into ops.runs (run_id, as_of, started_at) values (%s, %s, now())", (run_id, as_of)
        )
        return run_id

    def tell(self, run_id: str = "run-1", as_of: date = AS_OF, outcome: str = "published") -> int:
        return alerts.tell_run(self.connection, self.settings, run_id, as_of, outcome)

    def outbox(self, recipient: str | None = None) -> list[tuple[str, str, str, str]]:
        """(recipient, event, title, body) in the order in which they were queued."""
        rows = self.connection.execute(
            "select recipient, event, title, body from ops.alert_messages order by message_id"
        ).fetchall()
        return [row for row in rows if recipient in (None, row[0])]  # type: ignore[misc]

    def take(self) -> list[tuple[str, str, str, str]]:
        """What was queued since the last time."""
        found = self.outbox()
        self.connection.execute("delete from ops.alert_messages")
        return found

    def hours_later(self) -> None:
        self.connection.execute("update ops.alert_messages set next_attempt_at = now() where sent_at is null")

    def unsent(self) -> list[tuple[str, int, str | None]]:
        return self.connection.execute(  # type: ignore[return-value]
            "select title, attempts, last_error from ops.alert_messages where sent_at is null order by message_id"
        ).fetchall()


@pytest.fixture(scope="module")
def prepared(new_home: MakeHome) -> Settings:
    settings = new_home("alerts")
    warehouse.start(settings)
    return settings


@pytest.fixture
def house(prepared: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.delenv("TIEOUT_ALERT_URLS", raising=False)
    (prepared.config / "alert_routes.csv").unlink(missing_ok=True)
    with warehouse.connect(prepared) as connection:
        connection.execute(_TABLES.encode())
        yield House(prepared, connection)
