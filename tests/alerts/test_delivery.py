"""A message arrives once, whatever is down in between; who is down holds up nobody else."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.message import EmailMessage

import pytest

from tieout import alerts, warehouse
from tieout.alerts import channels
from tieout.core.errors import TieoutError

from .conftest import AS_OF, House
from .servers import MailServer, Webhook, free_port


@pytest.fixture
def hook() -> Webhook:
    return Webhook()


@pytest.fixture
def post() -> MailServer:
    return MailServer()


def _queue(house: House, recipient: str, count: int) -> None:
    house.routes(f"{recipient},,,,,zh,50")
    for number in range(count):
        house.exception(f"{recipient}{number}", "P1", f"{number + 1}.00", f"BK0{number}")
    house.tell()


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("html", "plain"))
    assert part is not None
    return str(part.get_content())


def test_a_message_arrives_by_mail_and_webhook_in_both_languages(house: House, hook: Webhook, post: MailServer) -> None:
    house.routes("treasury,,,,,zh,", "on-call,,,,,en,")
    house.exception("bk_7", "P1", "-31106.95")
    house.tell()
    with hook.up(), post.up():
        delivered = alerts.deliver(house.settings, {"treasury": post.url, "on-call": [hook.url]})
    assert (delivered.sent, delivered.waiting, delivered.problems) == (2, 0, ())
    (mail,) = post.mails
    assert mail["Subject"] == "[tieout] P1 BK01 提现在途超时（treasury）：1 笔，合计 31,106.95 CNY"
    assert "<code>tieout explain bk_7</code>" in _text(mail)
    (posted,) = hook.posted
    assert posted["title"] == "[tieout] P1 BK01 PAYOUT_IN_TRANSIT_OVERDUE (treasury): 1 open, 31,106.95 CNY"
    assert posted["type"] == "failure"
    assert "Look: `tieout explain bk_7`" in posted["message"]


def test_what_could_not_be_sent_waits_and_arrives_once_in_order(house: House, hook: Webhook, post: MailServer) -> None:
    _queue(house, "treasury", 3)
    house.settled("treasury0")
    house.tell(house.next_run())  # All clear for the first, behind it.
    urls = {"treasury": [hook.url, post.url]}
    with post.up():
        delivered = alerts.deliver(house.settings, urls)
        assert (delivered.sent, delivered.waiting) == (0, 4)
        # One attempt, then the recipient is left alone.
        assert [attempts for _, attempts, _ in house.unsent()] == [1, 0, 0, 0]
        assert "treasury: 4 waiting, json: " in delivered.problems[0]
        # The second message has its turn; of the first the all clear waits until it has come.
        assert alerts.deliver(house.settings, urls).sent == 0
        assert alerts.deliver(house.settings, urls).sent == 0
        assert alerts.deliver(house.settings, urls).sent == 0
        assert [attempts for _, attempts, _ in house.unsent()] == [1, 1, 1, 0]
    house.connection.execute(
        "update ops.alert_messages set next_attempt_at = now() where message_id ="
        " (select min(message_id) from ops.alert_messages)"
    )
    with hook.up(), post.up():
        # The first that gets through frees the others.
        assert alerts.deliver(house.settings, urls) == alerts.Delivered(4, 0, ())
        assert alerts.deliver(house.settings, urls) == alerts.Delivered(0, 0, ())
    titles = [title for _, _, title, _ in house.outbox()]
    assert hook.titles == titles
    # The mail server took its three while the webhook was down, and was not bothered again.
    assert [mail["Subject"] for mail in post.mails] == titles


def test_the_waits_double_up_to_an_hour(house: House) -> None:
    _queue(house, "treasury", 1)
    waits = []
    for _ in range(8):
        alerts.deliver(house.settings, {"treasury": f"json://127.0.0.1:{free_port()}/"})
        row = house.connection.execute(
            "select round(extract(epoch from next_attempt_at - now()) / 60) from ops.alert_messages"
        ).fetchone()
        assert row is not None
        waits.append(int(row[0]))
        # Not due: not tried.
        alerts.deliver(house.settings, {"treasury": f"json://127.0.0.1:{free_port()}/"})
        house.hours_later()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert house.unsent()[0][1] == 8


def test_two_who_deliver_at_once_send_nothing_twice(house: House, hook: Webhook) -> None:
    _queue(house, "treasury", 9)
    start = threading.Barrier(3)

    def deliver() -> int:
        start.wait()
        return alerts.deliver(house.settings, {"treasury": hook.url}).sent

    with hook.up(), ThreadPoolExecutor(3) as pool:
        sent = [future.result() for future in [pool.submit(deliver) for _ in range(3)]]
    assert sum(sent) == 9
    assert sorted(hook.titles) == sorted(title for _, _, title, _ in house.outbox())


def test_a_channel_that_hangs_costs_its_time_once_and_holds_up_nobody_else(
    house: House, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "PATIENCE", 0.5)
    house.routes("slow,,,,,zh,", "quick,,,,,zh,")
    for number in range(4):
        house.exception(f"e{number}", "P1", "1.00", f"BK0{number}")
    house.tell()
    slow = Webhook(hangs=True)
    with slow.up(), hook.up():
        begun = time.monotonic()
        delivered = alerts.deliver(house.settings, {"slow": slow.url, "quick": hook.url})
        assert time.monotonic() - begun < 4
    assert (delivered.sent, delivered.waiting) == (4, 4)
    assert len(hook.posted) == 4
    assert "timed out" in str(house.unsent()[0][2]).lower()


def test_nobody_waits_for_a_message_that_is_being_sent(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "PATIENCE", 5)
    _queue(house, "slow", 1)
    slow = Webhook(hangs=True)
    with slow.up(), ThreadPoolExecutor(1) as pool:
        sending = pool.submit(alerts.deliver, house.settings, {"slow": slow.url})
        while not house.connection.execute(
            "select from pg_stat_activity where state = 'idle in transaction' and application_name = 'tieout'"
        ).fetchall():
            time.sleep(0.02)
        begun = time.monotonic()
        house.exception("later", "P1", "1.00", "RF05")
        assert house.tell(house.next_run()) == 1
        assert alerts.deliver(house.settings, {}).sent == 0
        assert time.monotonic() - begun < 3
        slow.woken.set()
        assert sending.result().sent == 0


@pytest.mark.parametrize("status", [500, 404, 302])
def test_an_answer_that_is_no_success_is_a_failure(house: House, hook: Webhook, status: int) -> None:
    _queue(house, "x", 1)
    hook.status = status
    with hook.up():
        assert alerts.deliver(house.settings, {"x": hook.url}).sent == 0
    assert str(status) in str(house.unsent()[0][2])


def test_a_mailbox_that_is_refused_is_a_failure(house: House, post: MailServer) -> None:
    _queue(house, "x", 1)
    post.refuses = True
    with post.up():
        assert alerts.deliver(house.settings, {"x": post.url}).sent == 0
    assert house.unsent()[0][2]


def test_a_recipient_without_url_waits_and_says_what_to_set(house: House, hook: Webhook) -> None:
    _queue(house, "finance", 1)
    delivered = alerts.deliver(house.settings, {})
    assert (delivered.sent, delivered.waiting) == (0, 1)
    assert "finance: 1 waiting, no URL: name 'finance' in TIEOUT_ALERT_URLS" in delivered.problems[0]
    with hook.up():
        assert alerts.deliver(house.settings, {"finance": hook.url}) == alerts.Delivered(1, 0, ())


def test_without_a_warehouse_a_failure_is_sent_at_once_or_loudly_not(house: House, hook: Webhook) -> None:
    house.routes("on-call,,,run_failed,,en,", "treasury,treasury,,,,zh,")
    down = replace(house.settings, warehouse_url=f"postgresql://t:t0psecret@127.0.0.1:{free_port()}/tieout")
    with hook.up():
        alerts.tell_failure(down, "reconcile", AS_OF, "load", "no server", urls={"on-call": hook.url})
    assert hook.titles == ["[tieout] P1 reconcile 2026-05-14 failed"]
    with pytest.raises(TieoutError, match="nobody could be told") as caught:
        alerts.tell_failure(down, "reconcile", AS_OF, "load", "no server", urls={"on-call": hook.url})
    assert "Connection refused" in str(caught.value)
    assert "t0psecret" not in str(caught.value)
    with pytest.raises(TieoutError, match="on-call: no URL"):
        alerts.tell_failure(down, "reconcile", AS_OF, "load", "no server", urls={})


def test_a_failure_is_sent_at_once_by_whoever_hears_of_it(
    house: House, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.routes("on-call,,,,,en,")
    monkeypatch.setenv("TIEOUT_ALERT_URLS", json.dumps({"on-call": hook.url}))
    with hook.up():
        alerts.tell_failure(house.settings, "reconcile", AS_OF, "load", "boom")
    assert len(hook.posted) == 1


def test_a_server_that_goes_away_between_two_deliveries_loses_nothing(house: House, hook: Webhook) -> None:
    _queue(house, "treasury", 2)
    warehouse.stop(house.settings)
    with hook.up():
        assert alerts.deliver(house.settings, {"treasury": hook.url}).sent == 2
