"""`tieout explain` tells everything about one thing, with file and line of both sides, in Chinese and English."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tieout.core.settings import Settings
from tieout.reports.table import query_published

Tieout = Callable[..., object]

_PLACE = re.compile(r"\b((?:alipay|wechat|taobao|bank|open)/\w+/[^\s:│]+):(\d+)\b")

# By what a person may have in hand: an exception to take it from, and the sections that must be told.
_IN_HAND = {
    "order_id": ("OP05", ("Order 订单", "Payments and refunds in channel bills 渠道流水")),
    "refund_id": ("RF03", ("Order 订单", "Refunds by the platform 平台退款", "After-sale cases 售后单")),
    "payout_id": ("BK03", ("Payouts 提现", "Bank lines 银行流水")),
    "bank_line_id": ("BK02", ("Bank lines 银行流水",)),
    "exception_id": ("RF05", ("Order 订单", "Refunds by the platform 平台退款", "Wallet lines 钱包流水")),
}


def _exception(settings: Settings, code: str) -> dict[str, str]:
    found = query_published(settings, f"select * from exceptions where code = '{code}' order by exception_id limit 1")
    assert found.rows, code
    return {name: str(cell) for name, cell in zip(found.columns, found.rows[0], strict=True) if cell is not None}


@pytest.mark.parametrize("column", _IN_HAND)
def test_what_is_told_of_a_thing_names_both_sides_rows(
    published: Settings, month: Path, tieout: Tieout, column: str
) -> None:
    code, sections = _IN_HAND[column]
    exception = _exception(published, code)
    told = tieout("explain", exception[column], "--details", "--home", published.home)
    assert told.code == 0
    for section in ("差异与在途", *sections):
        assert section in told.out
    words = "".join(told.out.split())
    for name in ("code", "explanation_en", "explanation_zh", "owner", "due_on", "exception_id"):
        assert exception[name].replace(" ", "") in words, name
    sides = {exception[side] for side in ("ours_source", "theirs_source") if side in exception}
    # The exception names its rows itself; what comes below it has to lead to the same ones.
    places = set(_PLACE.findall(told.out.rpartition(exception["exception_id"])[2]))
    assert sides <= {f"{file}:{line}" for file, line in places}
    assert len(sides) == (1 if code == "BK02" else 2)
    for file, line in places:
        assert (month / "inbox" / file).is_file()
        assert int(line) >= 1


def test_a_refund_is_told_from_its_case_to_the_bank_in_both_languages(published: Settings, tieout: Tieout) -> None:
    refund = query_published(
        published,
        "select refunds.refund_id from fct_refunds as refunds"
        " inner join fct_documents as documents on refunds.refund_id = documents.refund_id"
        " where refunds.state = 'matched' and documents.state = 'matched'"
        " and refunds.platform = 'self' and refunds.paying_channel = 'alipay' and refunds.after_sale_id is not null"
        " and refunds.refunded_on between '2026-05-08' and '2026-05-20' order by 1 limit 1",
    ).rows[0][0]
    for language, told_of in (
        ("zh", ("买家在", "收款", "仓库发货", "买家申请售后", "平台退款", "退款流出", "钱包", "提现", "银行账户",
                "账务：销售退货单")),
        ("en", ("The buyer orders", "receives", "ships", "opens case", "platform refunds", "pays out the refund",
                "Wallet", "next payout", "Bank account", "Books: sale return")),
    ):  # fmt: skip
        told = tieout("explain", refund, "--lang", language, "--home", published.home)
        places = [told.out.find(words) for words in told_of]
        assert -1 not in places, (refund, told_of[places.index(-1)])
        # By the clock: bought, paid, claimed, refunded.
        assert places[0] < places[1] < places[3] < places[4]
        assert refund in told.out


def test_the_line_it_names_is_the_row_it_means(published: Settings, month: Path) -> None:
    proved = 0
    for row in query_published(
        published,
        "select order_id, refund_id, ours_source from exceptions"
        " where ours_source like 'open/%' and ours_source not like 'open/contracts/%' and order_id is not null",
    ).rows:
        file, line = row[2].rsplit(":", 1)
        written = (month / "inbox" / file).read_text("utf-8").split("\n")[int(line) - 1]
        assert (row[1] or row[0]) in written
        proved += 1
    assert proved >= 2


def test_an_unknown_id_is_said_to_be_unknown(published: Settings, tieout: Tieout) -> None:
    told = tieout("explain", "SG000000000000", "--home", published.home)
    assert (told.code, told.out) == (1, "")
    assert "SG000000000000" in told.err
