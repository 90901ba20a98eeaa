"""A round over all accounts of a source: what comes of it, whatever goes wrong with one of them."""

import fcntl
import json
import logging
from datetime import date
from threading import Thread

import pytest

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.fetching import IncompleteError, fetch
from tieout.fetching.credentials import VARIABLE
from tieout.landing import batches, findings, land

from .merchant import ALIPAY, DAY, OURS, WECHAT, Merchant
from .platforms import Reply

ACCOUNTS = {"alipay": tuple(ALIPAY.values()), "wechat": tuple(WECHAT)}


@pytest.mark.parametrize("source", ["alipay", "wechat"])
def test_what_is_fetched_lands_as_what_is_put_there_by_hand(merchant: Merchant, source: str) -> None:
    by_hand = Settings(merchant.settings.home.parent / "by_hand")
    for (of, stream), name in OURS.items():
        for account in ACCOUNTS[source] if of == source else ():
            target = by_hand.inbox / source / stream / name.format(account)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(merchant.ours(source, stream, account))
    land(by_hand)
    fetched = merchant.fetch(source)
    assert (len(fetched.written), fetched.not_ready, fetched.is_complete) == (4, [], True)
    landed = land(merchant.settings)
    assert (len(landed.new), landed.quarantined) == (4, [])
    came, put = ({(b.stream, b.sha256, b.row_count) for b in batches(home)} for home in (merchant.settings, by_hand))
    assert came == put
    assert len(put) == 4
    assert {(b.window_from, b.window_to) for b in batches(merchant.settings)} == {(DAY, DAY)}


def test_a_bill_that_is_there_is_neither_asked_for_nor_touched_again(merchant: Merchant) -> None:
    merchant.fetch("wechat")
    before, asked = merchant.inbox(), len(merchant.wechat.requests)
    times = {path: path.stat().st_mtime_ns for path in merchant.settings.inbox.rglob("*.*") if "lock" not in path.name}
    once_more = merchant.fetch("wechat")
    assert (once_more.written, len(once_more.known), len(merchant.wechat.requests)) == ([], 4, asked)
    on_purpose = merchant.fetch("wechat", again=True)
    assert (on_purpose.written, len(on_purpose.known), len(merchant.wechat.requests)) == ([], 4, 2 * asked)
    assert merchant.inbox() == before
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_a_bill_that_the_platform_made_anew_stands_beside_the_first(merchant: Merchant) -> None:
    merchant.one_bill("wechat")
    [first] = merchant.fetch("wechat").written
    mchid = next(iter(WECHAT))
    restated = merchant.ours("wechat", "trade", mchid).replace("拾光".encode(), "时光".encode())
    merchant.wechat.bills[mchid, "trade", DAY] = restated
    [second] = merchant.fetch("wechat", again=True).written
    assert (first.name, second.name) == (f"{mchid}_20260504_trade.csv", f"{mchid}_20260504_trade_restated_2.csv")
    assert first.read_bytes() == merchant.ours("wechat", "trade", mchid)
    assert second.read_bytes() == restated
    assert merchant.fetch("wechat", again=True).known == [second]
    assert [batch.file_name for batch in land(merchant.settings).new] == [first.name, second.name]


def test_an_account_that_fails_stops_no_other_and_is_named(merchant: Merchant) -> None:
    merchant.keep("stranger.pem", merchant.keys.stranger)
    merchant.write({"alipay": merchant.alipay_accounts(private_key_file="stranger.pem")})
    with pytest.raises(IncompleteError) as caught:
        merchant.fetch("alipay")
    failing, other = ALIPAY.values()
    assert [path.name for path in caught.value.fetched.written] == [
        f"{other}_20260504_trade.zip",
        f"{other}_20260504_signcustomer.zip",
    ]
    assert len(caught.value.failures) == 2
    assert failing in str(caught.value)
    assert other not in str(caught.value)
    assert "isv.invalid-signature" in str(caught.value)


def test_a_key_that_is_missing_stops_its_account_only(merchant: Merchant) -> None:
    merchant.write({"wechat": merchant.wechat_accounts(private_key_file="none.pem")})
    with pytest.raises(IncompleteError, match=r"none\.pem cannot be opened") as caught:
        merchant.fetch("wechat")
    assert len(caught.value.fetched.written) == 2


def test_a_day_that_is_not_over_is_not_asked_for(merchant: Merchant) -> None:
    merchant.clock.now = merchant.clock.now.replace(day=4, hour=23, minute=59)
    fetched = merchant.fetch("alipay")
    assert len(fetched.not_ready) == 4
    assert not fetched.is_complete
    assert merchant.alipay.requests == []


def test_where_nothing_is_configured_nothing_is_fetched(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    assert merchant.fetch("taobao", said=said).nothing_configured
    assert "nothing to fetch for taobao" in said[0]
    merchant.write({"wechat": merchant.wechat_accounts()})
    assert merchant.fetch("alipay").nothing_configured
    monkeypatch.delenv(VARIABLE)
    assert merchant.fetch("wechat").nothing_configured
    assert merchant.wechat.requests == []
    with pytest.raises(TieoutError, match="no source 'paypal'; there are: alipay, bank"):
        fetch(merchant.settings, "paypal", date(2026, 5, 4))


def test_a_second_fetch_of_a_source_waits_for_the_first(merchant: Merchant) -> None:
    said: list[str] = []
    lock = merchant.settings.inbox / "alipay" / ".fetching.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = Thread(target=merchant.fetch, args=("alipay",), kwargs={"said": said})
        second.start()
        second.join(0.3)
        assert said == ["another fetch of alipay is at work: waiting for it to end"]
        assert merchant.alipay.requests == []
    second.join(10)
    assert len(merchant.inbox()) == 4


def test_neither_errors_nor_logs_show_signatures_or_tokens(
    merchant: Merchant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    said: list[str] = []
    merchant.wechat.next_at["/v3/billdownload/file"] = [Reply(503, b"busy")] * 100
    with pytest.raises(IncompleteError) as caught:
        merchant.fetch("wechat", said=said)
    told = "\n".join([str(caught.value), *said, caplog.text])
    assert "/v3/billdownload/file answers 503 busy" in told
    assert "token" not in told
    assert "signature" not in told


def test_landing_takes_the_day_that_the_platform_confirms_as_empty(merchant: Merchant) -> None:
    for app_id in ALIPAY:
        merchant.alipay.bills[app_id, "trade", DAY] = {"code": "40004", "sub_code": "NO_BILL_DATA", "sub_msg": "无业务"}
    fetched = merchant.fetch("alipay")
    assert (len(fetched.written), len(fetched.empty)) == (2, 2)
    assert [json.loads(path.read_text())["account"] for path in fetched.empty] == list(ALIPAY.values())
    landed = land(merchant.settings)
    assert landed.quarantined == []
    empty = [batch for batch in landed.new if batch.stream == "trade"]
    assert [(b.row_count, b.window_from, b.window_to) for b in empty] == [(0, DAY, DAY)] * 2
    asked = len(merchant.alipay.requests)
    assert len(merchant.fetch("alipay").empty) == 2
    assert len(merchant.alipay.requests) == asked


def test_what_a_killed_fetch_left_is_made_whole_by_the_next(merchant: Merchant) -> None:
    merchant.one_bill("wechat")
    [bill] = merchant.fetch("wechat").written
    whole = merchant.inbox()
    bill.rename(bill.with_name(f".{bill.name}.part"))
    bill.with_name(f".{bill.name}.packed.part").write_bytes(b"half of it")
    assert [finding.reason for finding in land(merchant.settings).quarantined] == ["empty"]
    assert merchant.fetch("wechat").written == [bill]
    assert merchant.inbox() == whole
    assert len(land(merchant.settings).new) == 1
    assert findings(merchant.settings) == []
