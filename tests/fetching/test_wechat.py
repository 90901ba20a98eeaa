"""WeChat Pay: what its API may do, and what must come of it."""

import gzip
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from tieout.core.errors import TieoutError
from tieout.fetching import web
from tieout.landing import land

from .merchant import DAY, WECHAT, Merchant
from .platforms import BEIJING, HANG_UP, Reply
from .wechat_server import CREATING, FILE, FUNDFLOW, NO_STATEMENT, TRADE, Refusal

MCHID = next(iter(WECHAT))
BILL = f"wechat/trade/{MCHID}_20260504_trade.csv"
EMPTY = f"wechat/trade/{MCHID}_20260504_trade_empty.meta.json"


@pytest.fixture(autouse=True)
def _one_bill(merchant: Merchant) -> None:
    merchant.one_bill("wechat")


@pytest.mark.parametrize(
    ("tampers", "words"),
    [
        ("probe", "does not carry its platform's signature"),
        ("body", "does not carry its platform's signature"),
        ("unsigned", "is not signed"),
        ("old", "five minutes away"),
    ],
)
def test_an_answer_that_is_not_signed_as_it_should_is_refused(merchant: Merchant, tampers: str, words: str) -> None:
    merchant.wechat.tampers = tampers
    with pytest.raises(TieoutError, match=words):
        merchant.fetch("wechat")
    assert merchant.inbox() == {}
    assert (merchant.wechat.asked(TRADE), merchant.wechat.asked(FILE)) == (1, 0)


def test_another_platform_key_is_named(merchant: Merchant) -> None:
    merchant.wechat.key_id = "PUB_KEY_ID_2"
    with pytest.raises(TieoutError, match="signs with key PUB_KEY_ID_2, the credentials have PUB_KEY_ID_0119"):
        merchant.fetch("wechat")


@pytest.mark.parametrize("tampers", ["hash", "file"])
def test_a_bill_that_is_not_what_was_announced_is_refused(merchant: Merchant, tampers: str) -> None:
    merchant.wechat.tampers = tampers
    with pytest.raises(TieoutError, match="is not what WeChat Pay announced: SHA1"):
        merchant.fetch("wechat")
    assert merchant.inbox() == {}


def test_the_bill_comes_unpacked_and_is_described(merchant: Merchant) -> None:
    merchant.fetch("wechat")
    stated = b'{"from": "2026-05-04", "to": "2026-05-04", "account": "1900000109"}\n'
    assert merchant.inbox() == {BILL: merchant.ours("wechat", "trade", MCHID), f"{BILL}.meta.json": stated}


def test_a_bill_that_comes_unpacked_already_is_taken_too(merchant: Merchant) -> None:
    merchant.wechat.next_at[FILE] = [Reply(200, merchant.ours("wechat", "trade", MCHID))]
    merchant.fetch("wechat")
    assert merchant.inbox()[BILL] == merchant.ours("wechat", "trade", MCHID)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (TRADE, Reply(500, b'{"code":"SYSTEM_ERROR"}')),
        (TRADE, Reply(400, b'{"code":"SYSTEM_ERROR"}')),
        (TRADE, HANG_UP),
        (FILE, Reply(503)),
        (FILE, HANG_UP),
        (FILE, Reply(cut=300)),
        (FILE, Reply(cut=300, states_length=False)),
        (FILE, Reply(200, gzip.compress(b"half of it"))),
    ],
)
def test_what_may_pass_is_tried_again_from_the_query_on(merchant: Merchant, place: str, told: Reply) -> None:
    merchant.wechat.next_at[place] = [told, told]
    merchant.fetch("wechat")
    assert merchant.inbox()[BILL] == merchant.ours("wechat", "trade", MCHID)
    assert merchant.wechat.asked(TRADE) == 3
    assert merchant.clock.slept == [1, 2]


@pytest.mark.parametrize("told", [Reply(cut=300), Reply(cut=300, states_length=False), HANG_UP])
def test_nothing_is_left_of_a_download_that_never_ends(merchant: Merchant, told: Reply) -> None:
    merchant.wechat.next_at[FILE] = [told] * 100
    with pytest.raises(TieoutError, match="tried 4 times"):
        merchant.fetch("wechat")
    assert merchant.inbox() == {}


def test_an_address_that_has_expired_is_asked_for_anew(merchant: Merchant) -> None:
    merchant.wechat.link_seconds = [0, 300]
    merchant.fetch("wechat")
    assert BILL in merchant.inbox()
    assert (merchant.wechat.asked(TRADE), merchant.wechat.asked(FILE)) == (2, 2)


def test_it_waits_as_long_as_it_is_asked_to(merchant: Merchant) -> None:
    limited = b'{"code":"FREQUENCY_LIMITED","message":"\xe9\xa2\x91\xe7\x8e\x87\xe8\xb6\x85\xe9\x99\x90"}'
    later = format_datetime(merchant.clock.now + timedelta(seconds=30 + 7))
    merchant.wechat.next_at[TRADE] = [
        Reply(429, limited, {"Retry-After": "7"}),
        Reply(429, limited, {"Retry-After": later}),
        Reply(429, limited),
    ]
    merchant.fetch("wechat")
    assert merchant.clock.slept == [7, 30, 4]
    merchant.wechat.next_at[TRADE] = [Reply(429, limited, {"Retry-After": "3600"})]
    with pytest.raises(TieoutError, match=r"429 .*FREQUENCY_LIMITED.*asks to wait 3600 seconds.*try again later"):
        merchant.fetch("wechat", again=True)
    assert len(merchant.clock.slept) == 3


@pytest.mark.parametrize(
    ("said", "at", "confirmed"),
    [
        (NO_STATEMENT, "2026-05-05T09:59", False),
        (NO_STATEMENT, "2026-05-05T10:00", True),
        (CREATING, "2026-05-05T10:00", False),
        (CREATING, "2026-05-06T10:00", False),
    ],
)
def test_an_empty_day_is_confirmed_only_when_it_is_certain(
    merchant: Merchant, said: Refusal, at: str, confirmed: bool
) -> None:
    merchant.wechat.bills[MCHID, "trade", DAY] = said
    merchant.clock.now = datetime.fromisoformat(at).replace(tzinfo=BEIJING)
    fetched = merchant.fetch("wechat")
    assert (list(merchant.inbox()), bool(fetched.not_ready)) == ([EMPTY] if confirmed else [], not confirmed)
    assert merchant.wechat.asked(TRADE) == 1


def test_a_day_is_not_confirmed_as_empty_by_an_unsigned_answer(merchant: Merchant) -> None:
    merchant.wechat.bills[MCHID, "trade", DAY] = NO_STATEMENT
    merchant.wechat.tampers = "unsigned"
    with pytest.raises(TieoutError, match="not signed, so it confirms nothing"):
        merchant.fetch("wechat")
    assert merchant.inbox() == {}


def test_a_bill_that_is_made_after_all_lands_beside_the_empty_day(merchant: Merchant) -> None:
    bill, merchant.wechat.bills[MCHID, "trade", DAY] = merchant.wechat.bills[MCHID, "trade", DAY], CREATING
    assert "账单生成中" in merchant.fetch("wechat").not_ready[0]
    merchant.wechat.bills[MCHID, "trade", DAY] = NO_STATEMENT
    assert len(merchant.fetch("wechat").empty) == 1
    land(merchant.settings)
    merchant.wechat.bills[MCHID, "trade", DAY] = bill
    assert len(merchant.fetch("wechat", again=True).written) == 1
    landed = land(merchant.settings)
    assert (landed.quarantined, [batch.row_count > 0 for batch in landed.new]) == ([], [True])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Refusal(400, "PARAM_ERROR", "参数错误"), "three months back"),
        (Refusal(403, "NO_AUTH", "权限异常"), "403 NO_AUTH 权限异常: the merchant may not"),
        (Refusal(400, "SOMETHING_NEW", "新"), "400 SOMETHING_NEW 新"),
    ],
)
def test_a_refusal_says_what_to_do_and_is_not_repeated(merchant: Merchant, told: Refusal, words: str) -> None:
    merchant.wechat.bills[MCHID, "trade", DAY] = told
    with pytest.raises(TieoutError, match=words):
        merchant.fetch("wechat")
    assert merchant.wechat.asked(TRADE) == 1


@pytest.mark.parametrize("wrong", ["key", "serial", "clock"])
def test_a_call_that_is_signed_wrongly_is_refused_with_advice(merchant: Merchant, wrong: str) -> None:
    merchant.keep("stranger.pem", merchant.keys.stranger)
    if wrong == "key":
        merchant.one_bill("wechat", private_key_file="stranger.pem")
    elif wrong == "serial":
        merchant.one_bill("wechat", serial_no="00")
    else:
        behind = merchant.clock.now - timedelta(seconds=301)
        merchant.wechat.clock = lambda: behind  # type: ignore[assignment]
    with pytest.raises(TieoutError, match=r"401 SIGN_ERROR .*this machine's clock"):
        merchant.fetch("wechat")
    assert merchant.inbox() == {}


def test_every_call_is_signed_with_a_nonce_of_its_own(merchant: Merchant) -> None:
    merchant.write({"wechat": merchant.wechat_accounts()})
    merchant.fetch("wechat")
    nonces = [request.headers["authorization"].split('nonce_str="')[1][:32] for request in merchant.wechat.requests]
    assert (len(nonces), len(set(nonces))) == (8, 8)
    assert merchant.wechat.asked(FUNDFLOW) == 2


def test_a_bill_that_unpacks_without_an_end_fills_no_disk(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_BYTES", 100_000)
    merchant.wechat.next_at[FILE] = [Reply(200, gzip.compress(b"0" * 10_000_000))]
    with pytest.raises(TieoutError, match="unpacks to more than 100000 bytes"):
        merchant.fetch("wechat")
    assert merchant.inbox() == {}
