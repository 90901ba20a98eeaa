"""Alipay: what its gateway and its download server may do, and what must come of it."""

from datetime import datetime, timedelta

import pytest

from tieout.core.errors import TieoutError
from tieout.fetching import web

from .alipay_server import FILE, GATEWAY, failed
from .merchant import ALIPAY, DAY, Merchant
from .platforms import BEIJING, HANG_UP, Reply

APP, ACCOUNT = next(iter(ALIPAY.items()))
BILL = f"alipay/trade/{ACCOUNT}_20260504_trade.zip"
EMPTY = f"alipay/trade/{ACCOUNT}_20260504_trade_empty.meta.json"


@pytest.fixture(autouse=True)
def _one_bill(merchant: Merchant) -> None:
    merchant.one_bill("alipay")


@pytest.mark.parametrize(
    ("tampers", "words"),
    [("signature", "does not carry"), ("node", "does not carry"), ("unsigned", "is not signed")],
)
def test_an_answer_without_alipays_signature_is_refused(merchant: Merchant, tampers: str, words: str) -> None:
    merchant.alipay.tampers = tampers
    with pytest.raises(TieoutError, match=words):
        merchant.fetch("alipay")
    assert merchant.inbox() == {}
    assert (merchant.alipay.asked(GATEWAY), merchant.alipay.asked(FILE)) == (1, 0)


def test_a_signature_over_unescaped_slashes_is_as_good(merchant: Merchant) -> None:
    merchant.alipay.signs_unescaped = True
    merchant.fetch("alipay")
    assert list(merchant.inbox()) == [BILL]


def test_a_day_is_not_confirmed_as_empty_by_an_unsigned_answer(merchant: Merchant) -> None:
    merchant.alipay.bills[APP, "trade", DAY] = failed("isp.NO_BILL_DATA")
    merchant.alipay.tampers = "unsigned"
    with pytest.raises(TieoutError, match="not signed, so it confirms nothing"):
        merchant.fetch("alipay")
    assert merchant.inbox() == {}


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (GATEWAY, Reply(502, b"bad gateway")),
        (GATEWAY, HANG_UP),
        (FILE, Reply(503)),
        (FILE, HANG_UP),
        (FILE, Reply(404)),
        (FILE, Reply(cut=700)),
        (FILE, Reply(cut=700, states_length=False)),
        (FILE, Reply(200, b"<html>maintenance</html>")),
    ],
)
def test_what_may_pass_is_tried_again_from_the_query_on(merchant: Merchant, place: str, told: Reply) -> None:
    merchant.alipay.next_at[place] = [told, told]
    merchant.fetch("alipay")
    assert merchant.inbox() == {BILL: merchant.ours("alipay", "trade", ACCOUNT)}
    assert merchant.alipay.asked(GATEWAY) == 3
    assert merchant.clock.slept == [1, 2]


@pytest.mark.parametrize("told", [Reply(cut=700), Reply(cut=700, states_length=False), HANG_UP])
def test_nothing_is_left_of_a_download_that_never_ends(merchant: Merchant, told: Reply) -> None:
    merchant.alipay.next_at[FILE] = [told] * 100
    with pytest.raises(TieoutError, match="tried 4 times"):
        merchant.fetch("alipay")
    assert merchant.inbox() == {}
    assert merchant.clock.slept == [1, 2, 4]


def test_an_address_that_has_expired_is_asked_for_anew(merchant: Merchant) -> None:
    merchant.alipay.link_seconds = [0, 30]
    merchant.fetch("alipay")
    assert list(merchant.inbox()) == [BILL]
    assert (merchant.alipay.asked(GATEWAY), merchant.alipay.asked(FILE)) == (2, 2)


def test_a_rate_limit_is_waited_for(merchant: Merchant) -> None:
    bill = merchant.alipay.bills[APP, "trade", DAY]
    merchant.alipay.bills[APP, "trade", DAY] = failed("USER_RATE_LIMIT", "调用频率超限")

    def sleep(seconds: float) -> None:
        merchant.alipay.bills[APP, "trade", DAY] = bill
        merchant.clock.slept.append(seconds)

    merchant.clock.sleep = sleep  # type: ignore[method-assign]
    merchant.fetch("alipay")
    assert (list(merchant.inbox()), merchant.clock.slept) == ([BILL], [60])


@pytest.mark.parametrize(
    ("sub_code", "at", "confirmed"),
    [
        ("NO_BILL_DATA", "2026-05-05T09:59", False),
        ("NO_BILL_DATA", "2026-05-05T10:00", True),
        # Also said of a bill that is late: it counts a day later.
        ("isp.bill_not_exist", "2026-05-05T10:00", False),
        ("isp.bill_not_exist", "2026-05-06T09:59", False),
        ("BILL_NOT_EXIST", "2026-05-06T10:00", True),
    ],
)
def test_an_empty_day_is_confirmed_only_when_it_is_certain(
    merchant: Merchant, sub_code: str, at: str, confirmed: bool
) -> None:
    merchant.alipay.bills[APP, "trade", DAY] = failed(sub_code)
    merchant.clock.now = datetime.fromisoformat(at).replace(tzinfo=BEIJING)
    fetched = merchant.fetch("alipay")
    assert (list(merchant.inbox()), bool(fetched.not_ready)) == ([EMPTY] if confirmed else [], not confirmed)


def test_a_bill_that_is_late_comes_when_it_is_made(merchant: Merchant) -> None:
    bill = merchant.alipay.bills.pop((APP, "trade", DAY))
    assert "账单不存在" in merchant.fetch("alipay").not_ready[0]
    merchant.alipay.bills[APP, "trade", DAY] = bill
    assert merchant.fetch("alipay").is_complete
    assert list(merchant.inbox()) == [BILL]


@pytest.mark.parametrize(
    ("sub_code", "words"),
    [("TYPE_NOT_SUPPORTED", "leave the stream out"), ("isv.insufficient-isv-permissions", "add the bill product")],
)
def test_a_refusal_says_what_to_do_and_is_not_repeated(merchant: Merchant, sub_code: str, words: str) -> None:
    merchant.alipay.bills[APP, "trade", DAY] = failed(sub_code)
    with pytest.raises(TieoutError, match=words):
        merchant.fetch("alipay")
    assert merchant.alipay.asked(GATEWAY) == 1


def test_a_wrong_clock_is_named(merchant: Merchant) -> None:
    server_time = merchant.clock.now
    merchant.alipay.clock = lambda: server_time - timedelta(minutes=11)  # type: ignore[assignment]
    with pytest.raises(TieoutError, match="set this machine's clock right"):
        merchant.fetch("alipay")


def test_a_bill_is_not_fetched_over_plain_http(merchant: Merchant) -> None:
    merchant.alipay.links_to = "http://dwbillcenter.example"
    with pytest.raises(TieoutError, match=r"dwbillcenter\.example.* is not https"):
        merchant.fetch("alipay")
    merchant.alipay.links_to = ""
    merchant.alipay.next_at[FILE] = [Reply(302, headers={"Location": "http://dwbillcenter.example/bill"})]
    with pytest.raises(TieoutError, match=r"dwbillcenter\.example/bill is not https"):
        merchant.fetch("alipay")
    assert merchant.inbox() == {}


def test_a_bill_without_an_end_fills_no_disk(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_BYTES", 1000)
    with pytest.raises(TieoutError, match="more than 1000 bytes"):
        merchant.fetch("alipay")
    assert merchant.inbox() == {}


@pytest.mark.parametrize(
    "body", [b"<html>login</html>", b"[]", b'{"sign":"x"}', b"\xff", b'{"a":1,"a":2}', b"{" * 9999]
)
def test_what_is_not_alipays_gateway_is_told_apart(merchant: Merchant, body: bytes) -> None:
    merchant.alipay.next_at[GATEWAY] = [Reply(200, body)]
    with pytest.raises(TieoutError, match="is not Alipay's gateway: check 'gateway'"):
        merchant.fetch("alipay")
