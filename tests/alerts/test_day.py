"""A real day from its files to the messages: what is down delays them and nothing else."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby

import pytest

from tieout import alerts, warehouse, world
from tieout.core.settings import Settings
from tieout.pipeline import DayResult, run_day

from .servers import MailServer, Webhook

LAST = date(2026, 5, 14)
ROUTES = """recipient,event,at_least_severity,language,most_messages
finance,exceptions,P2,zh,100
data,gate,,en,
"""
_EXPECTED = """
    select code, owner, currency, count(*), sum(abs(difference_amount))
    from published.exceptions
    where severity <= 'P2' and not (code = 'DQ01' and reason in ('missing', 'held_by_gate'))
    group by code, owner, currency order by code, owner, currency
"""


@pytest.fixture(scope="module")
def home(new_home: Callable[[str], Settings]) -> Settings:
    settings = new_home("alerted")
    world.write(600, 14, 5, settings.home)
    # A bill whose total is not the sum of its rows: an exception without a currency.
    bill = sorted((settings.inbox / "wechat" / "trade").glob("*.csv"))[0]
    rows, total = bill.read_bytes().rstrip().rsplit(b"\n", 1)
    bill.write_bytes(rows + b"\n`9" + total[1:] + b"\r\n")
    (settings.config / "alert_routes.csv").write_text(ROUTES, encoding="utf-8")
    return settings


@pytest.fixture(scope="module")
def hook() -> Webhook:
    return Webhook()


@pytest.fixture(scope="module")
def post() -> MailServer:
    return MailServer()


@pytest.fixture(scope="module")
def urls(hook: Webhook, post: MailServer) -> Iterator[dict[str, str]]:
    """Nobody listens there yet."""
    given = {"finance": post.url, "data": hook.url}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIEOUT_ALERT_URLS", json.dumps(given))
        yield given


def _run(home: Settings) -> DayResult:
    result = run_day(home, LAST)
    with warehouse.connect(home) as connection:
        alerts.tell_run(connection, home, result.run_id, LAST, result.outcome)
    return result


def _titles(home: Settings, recipient: str) -> list[str]:
    with warehouse.connect(home) as connection:
        query = "select title from ops.alert_messages where recipient = %s order by message_id"
        return [title for (title,) in connection.execute(query, (recipient,))]


def _hours_later(home: Settings) -> None:
    with warehouse.connect(home) as connection:
        connection.execute("update ops.alert_messages set next_attempt_at = now() where sent_at is null")


def test_a_day_is_told_once_per_code_and_owner_though_nobody_could_be_reached(
    home: Settings, urls: dict[str, str], hook: Webhook, post: MailServer
) -> None:
    assert _run(home).outcome == "published"
    with warehouse.connect(home) as connection:
        groups = {
            group: [(currency, count, money) for _, _, currency, count, money in of_group]
            for group, of_group in groupby(connection.execute(_EXPECTED), key=lambda row: row[:2])
        }
        names = {row["code"]: row["name_zh"] for row in _codes(home)}
    assert len(groups) >= 10
    told = _titles(home, "finance")
    assert len(told) == len(groups)
    assert {currency for of_group in groups.values() for currency, _, _ in of_group} >= {"CNY", "USD", None}
    for (code, owner), of_group in groups.items():
        money = " + ".join(f"{amount:,.2f} {currency}" for currency, _, amount in of_group if currency)
        words = f" {code} {names[code]}（{owner}）：{sum(count for _, count, _ in of_group)} 笔"
        (title,) = (title for title in told if words in title)
        assert title.endswith(f"{words}，合计 {money}" if money else words)
    # Whoever could not be reached is reached later, once.
    delivered = alerts.deliver(home, urls)
    assert (delivered.sent, bool(delivered.waiting)) == (0, True)
    _hours_later(home)
    with hook.up(), post.up():
        delivered = alerts.deliver(home, urls)
        assert (delivered.waiting, delivered.problems) == (0, ())
        assert alerts.deliver(home, urls).sent == 0
    assert sorted(mail["Subject"] for mail in post.mails) == sorted(told)


def _codes(home: Settings) -> list[dict[str, str]]:
    with (home.dbt / "seeds" / "exception_codes.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_day_that_is_withheld_and_then_mended_tells_that_and_nothing_else(
    home: Settings, urls: dict[str, str], hook: Webhook, post: MailServer
) -> None:
    before = {recipient: len(_titles(home, recipient)) for recipient in urls}
    own = home.config / "tolerances.csv"
    own.write_text("rule,leg,min_share\nPAYMENT_MATCH_RATE,payments,1.01\n", encoding="utf-8")
    assert _run(home).outcome == "withheld"
    assert _titles(home, "finance")[before["finance"] :] == []
    failed = "[tieout] P1 Gate before publication failed, 2026-05-14 not published"
    assert _titles(home, "data")[before["data"] :] == [failed]
    own.unlink()
    assert _run(home).outcome == "published"
    assert _titles(home, "finance")[before["finance"] :] == []
    after = _titles(home, "data")[before["data"] :]
    # Whatever the gate warned of before is no news.
    assert after == [failed, "[tieout] All clear: 1"]
    _hours_later(home)
    with hook.up():
        alerts.deliver(home, urls)
    assert hook.titles[-len(after) :] == after
