"""The answer key is right about lines, promotions, cashback and risk: the files alone say the same."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.world import inboxes
from tests.world.inboxes import LAST

Found = set[tuple[str, str, Decimal]]
Rows = dict[str, dict[str, str]]
DUE = timedelta(days=7)


def _answers(home: Path, *codes: str) -> Found:
    due = [row for row in inboxes.truth(home) if row["kind"] == "fault" and row["from_on"] <= LAST]
    chosen = {(row["code"], row["entity_id"], Decimal(row["amount"])) for row in due if row["code"] in codes}
    assert {code for code, _, _ in chosen} == set(codes)
    return chosen


def _orders(home: Path) -> Rows:
    return {row["order_id"]: row for row in inboxes.open_rows(home, "orders")}


def _by_order(home: Path, entity: str) -> dict[str, list[dict[str, str]]]:
    rows: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in inboxes.open_rows(home, entity):
        rows[row["order_id"]].append(row)
    return rows


def _total(rows: list[dict[str, str]], column: str = "amount") -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def test_lines_and_promotions_come_to_the_header_but_for_the_noted_orders(home: Path) -> None:
    lines, promotions, found = _by_order(home, "order_lines"), _by_order(home, "order_promotions"), set()
    for number, order in _orders(home).items():
        net = Decimal(order["list_amount"]) - Decimal(order["discount_amount"])
        assert net + Decimal(order["freight_amount"]) == Decimal(order["buyer_paid_amount"])
        gap = _total(lines[number]) - net
        if gap:
            found.add(("OP07", number, abs(gap)))
        taken = [row for row in promotions[number] if row["type"] not in ("subsidy", "cashback")]
        short = Decimal(order["discount_amount"]) - _total(taken)
        if short:
            found.add(("OP09", number, short))
        coupons = [row for row in taken if row["coupon_kind"] == "exclusive"]
        if coupons and any(row["type"] == "full_reduction" for row in taken):
            found.add(("OP09", number, _total(coupons)))
        share = Decimal(order["subsidy_amount"]) - _total([row for row in taken if row["bearer"] == "platform"])
        if share:
            found.add(("OP08", number, abs(share)))
    assert found == _answers(home, "OP07", "OP08", "OP09")


def test_cashback_is_paid_as_promised_but_for_the_noted_orders(home: Path) -> None:
    orders, paid, found = _orders(home), defaultdict(Decimal), set()
    # Of two orders paid together, the first one promises.
    numbers = {order["merchant_order_no"]: number for number, order in reversed(orders.items())}
    for row in inboxes.open_rows(home, "channel_transactions"):
        if row["type"] == "cashback":
            named = row["merchant_order_no"]
            paid[named if named in orders else numbers[named]] -= Decimal(row["amount"])
    promising = 0
    for number, order in orders.items():
        owed = Decimal(order["cashback_amount"]) if order["status"] == "completed" else Decimal(0)
        promising += owed > 0
        is_due = owed > 0 and date.fromisoformat(order["completed_at"][:10]) + DUE < date.fromisoformat(LAST)
        if not paid[number] and not is_due:
            continue
        if paid[number] != owed:
            found.add(("OP11", number, abs(paid[number] - owed)))
    assert promising > 20
    assert found == _answers(home, "OP11")


def test_full_refunds_without_a_word_are_the_noted_ones(home: Path) -> None:
    owed = {order["order_id"]: Decimal(order["buyer_paid_amount"]) for order in _orders(home).values()}
    owed |= {order.number: order.owed for order in inboxes.orders(home)}
    complained = {row["order_id"] for row in inboxes.open_rows(home, "tickets")}
    found: Found = set()
    for row in inboxes.open_rows(home, "after_sales"):
        whole = row["approved_amount"] and Decimal(row["approved_amount"]) == owed[row["order_id"]]
        if row["status"] == "refunded" and not row["reason"] and whole and row["order_id"] not in complained:
            found.add(("RK03", row["after_sale_id"], Decimal(row["approved_amount"])))
    for row in inboxes.taobao_rows(home, "refunds"):
        if row["退款状态"] == "退款成功" and not row["买家退款原因"] and row["部分退款/全部退款"] == "全部退款":
            found.add(("RK03", row["退款编号"], Decimal(row["买家退款金额"])))
    assert found == _answers(home, "RK03")


def test_buyers_and_rings_of_the_answer_key_stand_out_in_the_files(home: Path) -> None:
    found: Found = set()
    orders = _orders(home)
    given: defaultdict[str, list[Decimal]] = defaultdict(list)
    cases = {row["after_sale_id"]: row for row in inboxes.open_rows(home, "after_sales")}
    for row in cases.values():
        if row["type"] == "refund_only" and row["status"] == "refunded" and orders[row["order_id"]]["completed_at"]:
            given[row["buyer_id"]].append(Decimal(row["approved_amount"]))
    found |= {("RK01", buyer, sum(amounts)) for buyer, amounts in given.items() if len(amounts) >= 4}
    feathers = {
        row["order_id"] for row in inboxes.open_rows(home, "stock_movements")
        if row["type"] == "sale_out" and Decimal(row["weight_kg"]) < Decimal("0.05")
    }  # fmt: skip
    for column in ("device_id", "address_id"):
        rings: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
        for number in feathers & set(orders):
            rings[orders[number][column]].append(orders[number])
        for mark, members in rings.items():
            times = sorted(datetime.fromisoformat(row["ordered_at"]) for row in members)
            if len(members) >= 3 and times[-1] - times[0] < timedelta(hours=1):
                found.add(("RK02", mark, _total(members, "buyer_paid_amount")))
    assert found == _answers(home, "RK01", "RK02")
