"""Many breaks with one cause are shown under it, with the money it explains; what stands alone stays alone.

A made-up merchant's May in the open format: a page of a bill is lost, a bill is written in 分, a platform and a channel
charge by rates that nobody declared, and a shop's authorisation expires. One order has nothing but bad luck.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tieout.core.settings import Settings
from tieout.pipeline import run_day

from .views import rows

FIRST, LAST, AS_OF = date(2026, 5, 1), date(2026, 5, 28), date(2026, 5, 31)
ALONE_ON, PAGE_LOST_ON, FEN_ON = date(2026, 5, 3), date(2026, 5, 12), date(2026, 5, 15)
RATE_CHANGED_ON, EXPIRED_ON = date(2026, 5, 16), date(2026, 5, 20)
CONTRACT, CHARGED = Decimal("0.006"), Decimal("0.008")
COMMISSION, COMMISSION_CHARGED = Decimal("0.05"), Decimal("0.062")
HEADERS = {
    "orders": "platform,order_id,shop_id,merchant_order_no,status,ordered_at,paid_at,completed_at,pay_channel,"
    "buyer_paid_amount",
    "channel_transactions": "channel,transaction_id,type,account_id,merchant_order_no,amount,fee_amount,occurred_at",
    "contracts": "platform,valid_from,commission_rate,channel_fee_rate,settle_days,settle_from",
    "settlement_lines": "platform,batch_id,line_id,shop_id,order_id,type,amount,settled_on",
}
Cause = tuple[str, str, str]
"""What kind, of which code, and what the exceptions share."""


@dataclass(frozen=True)
class Sale:
    """An order as it is, and how much of it a channel's bill shows: `shown` is None where it does not."""

    order_id: str
    shop: str
    day: date
    amount: Decimal
    channel: str
    shown: Decimal | None
    fee: Decimal


def _share(amount: Decimal, rate: Decimal) -> Decimal:
    return (amount * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _sales() -> Iterator[Sale]:
    """Tell of six orders a day in the mall, three in the outlet; every amount is another one."""
    for index in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=index)
        for place in range(9):
            shop, channel = ("mall", "wechat") if place < 6 else ("outlet", "alipay")
            amount = Decimal(4000 + 137 * (9 * index + place)) / 100
            shown: Decimal | None = amount
            is_lost = (day == ALONE_ON and place == 0) or (day == PAGE_LOST_ON and place < 5)
            if is_lost or (shop == "outlet" and day >= EXPIRED_ON):
                shown = None
            rate = CHARGED if shop == "outlet" and day >= RATE_CHANGED_ON else CONTRACT
            if shop == "mall" and day == FEN_ON and place < 4:
                channel, shown, rate = "unionpay", 100 * amount, Decimal(0)
            yield Sale(f"S{day:%m%d}{place}", shop, day, amount, channel, shown, _share(amount, rate))


@dataclass(frozen=True)
class Found:
    """The report of causes, and the orders of each cause's exceptions."""

    causes: dict[Cause, dict[str, str]]
    orders: dict[Cause, set[str]]


def _write(home: Settings, entity: str, lines: list[str]) -> None:
    path = home.inbox / "open" / entity / f"{entity}_20260531.csv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join([HEADERS[entity], *lines]) + "\n", encoding="utf-8")


def _settled() -> tuple[list[str], list[str], dict[str, Decimal]]:
    """Give twelve orders of a platform, what it settled of them, and by how much too little of each."""
    orders, settled, missing = [], [], {}
    for place in range(12):
        order_id, amount, day = f"J{place:02}", Decimal(10000 + 731 * place) / 100, FIRST + timedelta(days=place)
        commission = _share(amount, COMMISSION if place < 6 else COMMISSION_CHARGED)
        if place >= 6:
            missing[order_id] = commission - _share(amount, COMMISSION)
        at = f"{day} 10:00:00"
        orders.append(f"jd,{order_id},jd-1,,completed,{at},{at},{at},,{amount}")
        for kind, value in (("sale", amount), ("commission", -commission)):
            settled.append(f"jd,B{day:%m%d},{order_id}-{kind},jd-1,{order_id},{kind},{value},{day + timedelta(days=5)}")
    return orders, settled, missing


@pytest.fixture(scope="module")
def found(new_home: Callable[[str], Settings]) -> Found:
    home = new_home("causes")
    sold = list(_sales())
    orders, settled, _ = _settled()
    orders += [
        f"self,{sale.order_id},{sale.shop},M{sale.order_id},paid,{sale.day} 11:00:00,{sale.day} 11:01:00,,"
        f"{sale.channel},{sale.amount}"
        for sale in sold
    ]
    bills = [
        f"{sale.channel},T{sale.order_id},payment,{sale.channel}-1,M{sale.order_id},{sale.shown},{-sale.fee},"
        f"{sale.day} 11:01:00"
        for sale in sold
        if sale.shown is not None
    ]
    _write(home, "orders", orders)
    _write(home, "channel_transactions", bills)
    _write(home, "settlement_lines", settled)
    contracts = [f"jd,2026-01-01,{COMMISSION},0,7,completed"]
    contracts += [f"{channel},2026-01-01,,{CONTRACT},," for channel in ("wechat", "alipay")]
    _write(home, "contracts", contracts)
    assert run_day(home, AS_OF).outcome == "published"
    orders_of: dict[Cause, set[str]] = {}
    for row in rows(home, "select * from exception_causes inner join exceptions using (exception_id)"):
        orders_of.setdefault((row["cause"], row["code"], row["value"]), set()).add(row["order_id"])
    causes = rows(
        home,
        "select value, report.* from rpt_exception_causes as report"
        " inner join (select distinct cause_id, value from exception_causes) as causes using (cause_id)",
    )
    return Found({(row["cause"], row["first_code"], row["value"]): row for row in causes}, orders_of)


def _expected() -> dict[Cause, dict[str, Decimal]]:
    """Give what is wrong by its cause: the orders, each with what the other side has more."""
    sold, (_, _, missing) = list(_sales()), _settled()
    lost = {sale.order_id: -sale.amount for sale in sold if sale.shown is None}
    days = {sale.order_id: sale.day for sale in sold}
    return {
        ("day", "OP01", ""): {order: amount for order, amount in lost.items() if days[order] == PAGE_LOST_ON},
        ("stopped", "OP01", ""): {order: amount for order, amount in lost.items() if days[order] >= EXPIRED_ON},
        ("single", "OP01", ""): {order: amount for order, amount in lost.items() if days[order] == ALONE_ON},
        ("unit_error", "OP03", "100"): {sale.order_id: 99 * sale.amount for sale in sold if sale.channel == "unionpay"},
        ("new_rate", "ST04", "6.2%"): {order: -amount for order, amount in missing.items()},
        ("new_rate", "ST04", "0.8%"): {
            sale.order_id: _share(sale.amount, CONTRACT) - sale.fee
            for sale in sold
            if sale.shop == "outlet" and sale.shown is not None and sale.day >= RATE_CHANGED_ON
        },
    }


def test_every_break_is_under_its_cause_and_nothing_else_is(found: Found) -> None:
    expected = _expected()
    assert sorted(len(orders) for orders in expected.values()) == [1, 4, 5, 6, 12, 27]
    assert found.orders == {cause: set(orders) for cause, orders in expected.items()}
    assert found.causes.keys() == expected.keys()


def test_a_cause_says_how_many_breaks_and_how_much_money_it_explains(found: Found) -> None:
    told = {
        key: (int(row["exception_count"]), Decimal(row["difference_amount"]), Decimal(row["absolute_amount"]))
        for key, row in found.causes.items()
    }
    assert told == {
        key: (len(orders), sum(orders.values()), sum(abs(amount) for amount in orders.values()))
        for key, orders in _expected().items()
    }


@pytest.mark.parametrize(
    ("cause", "first_on", "words"),
    [
        (("day", "OP01", ""), PAGE_LOST_ON, ("part of that day's file", "可能缺页")),
        (("stopped", "OP01", ""), EXPIRED_ON, ("self outlet", "授权过期")),
        (("unit_error", "OP03", "100"), FEN_ON, ("分 and 元", "分与元")),
        (("new_rate", "ST04", "6.2%"), None, ("jd jd-1", "均按 6.2% 计收")),
        (("new_rate", "ST04", "0.8%"), RATE_CHANGED_ON, ("self outlet", "均按 0.8% 计收")),
    ],
)
def test_a_cause_is_told_in_words(found: Found, cause: Cause, first_on: date | None, words: tuple[str, str]) -> None:
    told = found.causes[cause]
    assert words[0] in told["explanation_en"]
    assert words[1] in told["explanation_zh"]
    # What is missing is missed after its days, what is wrong is wrong at once.
    since = timedelta(days=3 if cause[1] == "OP01" else 0)
    assert first_on is None or told["first_on"] == str(first_on + since)
