"""The answer key is right: whoever reads the files and applies the definitions finds exactly what it says."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.world import inboxes
from tests.world.inboxes import LAST, Order, Transaction

CENT = Decimal("0.01")
Found = set[tuple[str, str, Decimal]]


def _overdue(day: str, days: int) -> bool:
    return date.fromisoformat(day) + timedelta(days=days) < date.fromisoformat(LAST)


def _answers(home: Path, codes: tuple[str, ...], column: str = "entity_id") -> Found:
    due = [row for row in inboxes.truth(home) if row["kind"] == "fault" and row["from_on"] <= LAST]
    chosen = {(row["code"], row[column], Decimal(row["amount"] or 0)) for row in due if row["code"] in codes}
    assert {code for code, _, _ in chosen} == set(codes)
    return chosen


def _unreadable(home: Path) -> set[str]:
    """What stands in a bill that cannot be read, and what is a moment late on the last day."""
    rows = inboxes.truth(home)
    late = {row["entity_id"] for row in rows if row["kind"] == "timing" and row["from_on"] <= LAST < row["until_on"]}
    return late | {row["entity_id"] for row in rows if row["kind"] == "consequence"}


def _judge_payments(owed_by: list[Order], paid: list[Transaction]) -> tuple[str, Decimal] | None:
    """What is wrong with the payments for some orders that share a payment number."""
    owed, good = sum(order.owed for order in owed_by), [one for one in paid if one.status == "success"]
    total = sum((one.amount for one in good), Decimal(0))
    verdict = None
    if any(one.currency != owed_by[0].currency for one in good):
        verdict = "OP10", Decimal(0)
    elif not owed_by[0].paid_on:
        verdict = ("OP04", total) if total >= owed - CENT and good else None
    elif not good and paid:
        verdict = "OP04", owed
    elif not good:
        verdict = ("OP01", owed) if _overdue(owed_by[0].paid_on, 2) else None
    elif len(good) > 1 and abs(total - good[-1].amount - owed) <= CENT:
        verdict = "OP05", good[-1].amount
    elif abs(total - owed) > CENT:
        verdict = "OP03", abs(total - owed)
    return verdict


def test_the_payments_that_disagree_are_those_of_the_answer_key(home: Path) -> None:
    by_number, groups = {}, defaultdict(list)
    for order in inboxes.orders(home):
        groups[order.merchant_no].append(order)
        by_number |= {order.number: order.merchant_no, order.merchant_no: order.merchant_no}
    paid, found = defaultdict(list), set()
    for one in inboxes.transactions(home):
        if one.kind == "payment" and one.merchant_no in by_number:
            paid[by_number[one.merchant_no]].append(one)
        elif one.kind == "payment" and one.status == "success":
            found.add(("OP02", one.number, one.amount))
    skipped = _unreadable(home)
    for merchant_no, owed_by in groups.items():
        verdict = _judge_payments(owed_by, paid[merchant_no])
        if verdict and owed_by[0].number not in skipped:
            found.add((verdict[0], owed_by[0].number, verdict[1]))
    assert found == _answers(home, ("OP01", "OP02", "OP03", "OP04", "OP05", "OP10"))


def test_the_refunds_that_disagree_are_those_of_the_answer_key(home: Path) -> None:
    refunds = {refund.number: refund for refund in inboxes.refunds(home)}
    outflows, strangers = defaultdict(list), []
    everything = inboxes.transactions(home)
    for one in everything:
        if one.kind == "refund":
            (outflows[one.request_no] if one.request_no in refunds else strangers).append(one)
    found, skipped = set(), _unreadable(home)
    claimed = {(out[0].merchant_no, out[0].amount): number for number, out in outflows.items()}
    for one in strangers:
        number = claimed.get((one.merchant_no, -abs(one.amount)))
        if number:
            found.add(("RF06" if one.amount > 0 else "RF05", number, abs(one.amount)))
        else:
            found.add(("RF02", one.request_no, -one.amount))
    for number, refund in refunds.items():
        sent = [one for one in outflows[number] if one.status == "success"]
        if not sent and _overdue(refund.refunded_on, 3):
            found.add(("RF01", number, refund.amount))
        elif len(sent) > 1:
            found.add(("RF05", number, refund.amount))
        elif sent and sent[0].amount != -refund.amount:
            found.add(("RF03", number, abs(sent[0].amount + refund.amount)))
    found |= _over_refunded(home, everything)
    codes = ("RF01", "RF02", "RF03", "RF04", "RF05", "RF06")
    assert {one for one in found if one[1] not in skipped} == _answers(home, codes)


def _over_refunded(home: Path, everything: list[Transaction]) -> Found:
    owed = {order.number: order.owed for order in inboxes.orders(home)}
    given: defaultdict[str, Decimal] = defaultdict(Decimal)
    for refund in inboxes.refunds(home):
        given[refund.order] += refund.amount
    return {("RF04", number, total - owed[number]) for number, total in given.items() if total > owed[number]}


def _alipay_lines(path: Path) -> list[tuple[str, Decimal, Decimal]]:
    rows, _ = inboxes.alipay_detail(path)
    return [
        (
            row["账务流水号"],
            Decimal(row["收入金额（+元）"]) - abs(Decimal(row["支出金额（-元）"])),
            Decimal(row["账户余额（元）"]),
        )
        for row in rows
    ]


def _wechat_lines(path: Path) -> list[tuple[str, Decimal, Decimal]]:
    rows, _ = inboxes.wechat_bill(path)
    named = [{name.replace("（", "(").replace("）", ")"): cell for name, cell in row.items()} for row in rows]
    return [
        (
            row["资金流水单号"].removeprefix("F"),
            Decimal(row["收支金额(元)"]) * (1 if row["收支类型"] == "收入" else -1),
            Decimal(row["账户结余(元)"]),
        )
        for row in named
    ]


def test_wallets_jump_only_where_the_answer_key_says(home: Path) -> None:
    found, seen = set(), 0
    ledgers = [*inboxes.files(home, "alipay/signcustomer"), *inboxes.files(home, "wechat/fundflow")]
    last: dict[str, Decimal] = {}
    for path in ledgers:
        if "(1)" in path.name:
            continue
        account = path.name[:20] if path.suffix == ".zip" else path.name[:10]
        for number, amount, balance in _alipay_lines(path) if path.suffix == ".zip" else _wechat_lines(path):
            seen += 1
            jump = balance - amount - last.get(account, balance - amount)
            last[account] = balance
            if jump:
                found.add(("ST09", number, abs(jump)))
    before = None
    for row in inboxes.open_rows(home, "wallet_lines"):
        jump = Decimal(row["balance_after"]) - Decimal(row["amount"]) - (before or Decimal(0))
        if before is not None and jump:
            found.add(("ST09", row["line_id"], abs(jump)))
        before = Decimal(row["balance_after"])
    assert seen > 5000
    assert found == _answers(home, ("ST09",))


@pytest.mark.parametrize("platform", ["jd", "douyin"])
def test_a_payout_is_its_batch_and_what_was_carried_but_for_the_noted_ones(home: Path, platform: str) -> None:
    batches: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in inboxes.open_rows(home, "settlement_lines"):
        if row["platform"] == platform:
            batches[row["batch_id"]] += Decimal(row["amount"])
    payouts = {row["batch_id"]: row for row in inboxes.open_rows(home, "payouts") if row["platform"] == platform}
    assert len(payouts) > 10
    unpaid: list[Decimal] = []
    wrong = set()
    for batch, total in sorted(batches.items()):
        if batch in payouts:
            carried = Decimal(payouts[batch]["carried_in_amount"] or 0)
            # It carries the last ones of those that were not paid; what it does not carry was kept back from a credit.
            assert carried in {sum(unpaid[place:], Decimal(0)) for place in range(len(unpaid) + 1)} | {*unpaid}
            short = total + carried - Decimal(payouts[batch]["amount"])
            wrong |= {(payouts[batch]["payout_id"], short)} if short else set()
            unpaid = []
        else:
            # What JD settles at the last weekend is paid in June.
            unpaid.append(total)
            owed = [sum(unpaid[place:], Decimal(0)) for place in range(len(unpaid))]
            assert min(owed) <= 0 or batch[-8:] > "20260528"
    assert any(Decimal(row["carried_in_amount"]) < 0 for row in payouts.values())
    noted = {
        (row["payout_id"], Decimal(row["amount"]))
        for row in inboxes.truth(home)
        if row["note"] == "payout differs from its batch" and row["platform"] == platform
    }
    assert wrong == noted
