"""The money of a day's purchases, with its faults: channel transactions, wallet lines, settlement lines."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from bench.columns import DAY, Numbers, amounts, days, instants, joined, numbered, repeated, words
from bench.goods_and_books import Rows, order_ids, refund_ids, shop_ids
from bench.planting import OFF, STRAY_DAYS, Key, fault
from bench.purchases import CHANNELS, DOUYIN, JD, PLATFORMS, Plan, Purchases

COMMISSION = np.array([0, 0, 500, 400])
"""Ten-thousandths of what the buyer paid, by platform; Douyin gives it back on refunds."""
CHANNEL_FEE = np.array([0, 0, 0, 60])
SETTLE_DAYS = np.array([0, 0, 3, 4])
_FEE = 60
ACCOUNTS = ["ALI-SELF", "WX-SELF", "ALI-TM", "WX-TM"]


def rate(fen: Numbers, ten_thousandths: Numbers | int) -> Numbers:
    """A share, rounded half up."""
    return (fen * ten_thousandths + 5_000) // 10_000


def contracts(plan: Plan) -> pa.Table:
    """What was agreed with the platforms that settle."""
    codes = np.array([JD, DOUYIN])
    return pa.table(
        {
            "platform": words(PLATFORMS, codes), "valid_from": days(plan.first, np.array([-60, -60])),
            "commission_rate": pa.array([f"{one / 10_000:.4f}" for one in COMMISSION[codes]]),
            "commission_base": repeated("buyer_paid", 2), "commission_returned_on_refund": pa.array(["false", "true"]),
            "channel_fee_rate": pa.array([f"{one / 10_000:.4f}" for one in CHANNEL_FEE[codes]]),
            "channel_fee_returned_on_refund": repeated("false", 2), "rounding": repeated("half_up", 2),
            "settle_days": pa.array(SETTLE_DAYS[codes]), "settle_from": repeated("completed", 2),
            "payout_days": pa.array([1, 1]),
        }
    )  # fmt: skip


def write_transactions(plan: Plan, drawn: Purchases, key: Key) -> Iterator[Rows]:
    """Give the channels' transactions, and as `wallet_lines` what wallets book of them, without balances yet."""
    is_paid = drawn.is_channel & (~drawn.is_unpaid | (drawn.fault == fault("OP04"))) & (drawn.fault != fault("OP01"))
    paid = np.flatnonzero(is_paid)
    twice = np.flatnonzero(drawn.fault == fault("OP05"))
    orphan = np.flatnonzero(drawn.fault == fault("OP02"))
    short = np.where(drawn.fault[paid] == fault("OP03"), OFF, 0)
    ids = order_ids(drawn)
    reference = joined("M", ids)
    unknown = joined("M9", ids)
    unnamed = _unnamed(plan, drawn)
    yield from _moves(plan, drawn, paid, drawn.owed[paid] - short, drawn.paid[paid], 0, reference.take(pa.array(paid)))
    yield from _moves(plan, drawn, twice, drawn.owed[twice], drawn.paid[twice] + 60, 1, reference.take(pa.array(twice)))
    yield from _moves(plan, drawn, orphan, drawn.owed[orphan], drawn.paid[orphan], 2, unknown.take(pa.array(orphan)))
    yield from _moves(plan, drawn, unnamed, drawn.owed[unnamed], drawn.paid[unnamed], 3, repeated(None, len(unnamed)))
    for code, sign in (("OP01", -1), ("OP03", 0), ("OP04", 1), ("OP05", 1)):
        at = np.flatnonzero(drawn.fault == fault(code))
        key.add(code, _names(ids, at), drawn.owed[at] * sign if sign else np.full(len(at), OFF))
    for at, place in ((orphan, 2), (unnamed, 3)):
        key.add("OP02", numbered("42", drawn.index[at] * 10 + place, 14).to_pylist(), drawn.owed[at])
    yield from _refunds(plan, drawn, key, reference)


def _names(ids: pa.Array, at: Numbers) -> list[str]:
    return [str(one) for one in ids.take(pa.array(at)).to_pylist()]


def _unnamed(plan: Plan, drawn: Purchases) -> Numbers:
    """Choose purchases beside which the same was paid once more, by somebody who named no order."""
    asked = plan.skew.empty_references
    share = asked * (drawn.day + 1) // plan.days - asked * drawn.day // plan.days
    return np.flatnonzero(drawn.is_channel & ~drawn.is_unpaid)[:share]


def _refunds(plan: Plan, drawn: Purchases, key: Key, reference: pa.Array) -> Iterator[Rows]:
    has_refund = (drawn.case > 0) & drawn.is_channel & (drawn.fault != fault("RF01"))
    sent = np.flatnonzero(has_refund)
    more = np.where(drawn.fault[sent] == fault("RF03"), OFF, 0)
    twice = np.flatnonzero(drawn.fault == fault("RF05"))
    bare = np.flatnonzero(drawn.fault == fault("RF02"))
    yield from _moves(
        plan, drawn, sent, -drawn.refund[sent] - more, drawn.refunded[sent], 4, reference.take(pa.array(sent)),
        refund_ids(drawn, sent),
    )  # fmt: skip
    yield from _moves(
        plan, drawn, twice, -drawn.refund[twice], drawn.refunded[twice] + 600, 5, reference.take(pa.array(twice)),
        refund_ids(drawn, twice),
    )  # fmt: skip
    stray = drawn.owed[bare] // 3
    yield from _moves(
        plan, drawn, bare, -stray, drawn.paid[bare] + STRAY_DAYS * DAY, 6, reference.take(pa.array(bare)),
        numbered("RX", drawn.index[bare], 10),
    )  # fmt: skip
    key.add("RF02", numbered("42", drawn.index[bare] * 10 + 6, 14).to_pylist(), stray)
    for code, what in (("RF01", drawn.refund), ("RF03", np.full(len(drawn.refund), OFF)), ("RF05", drawn.refund)):
        at = np.flatnonzero(drawn.fault == fault(code))
        key.add(code, [str(one) for one in refund_ids(drawn, at).to_pylist()], what[at])


def _moves(
    plan: Plan, drawn: Purchases, at: Numbers, fen: Numbers, when: Numbers, place: int, reference: pa.Array,
    request: pa.Array | None = None,
) -> Iterator[Rows]:  # fmt: skip
    if not len(at):
        return
    fee = np.where(fen > 0, -rate(fen, _FEE), 0)
    number = numbered("42", drawn.index[at] * 10 + place, 14)
    kind = "payment" if request is None else "refund"
    account = drawn.platform[at] * 2 + drawn.channel[at]
    original = np.full(len(at), request is None)
    yield "channel_transactions", when // DAY, pa.table(
        {
            "channel": words(CHANNELS, drawn.channel[at]), "transaction_id": number,
            "type": repeated(kind, len(at)), "request_no": repeated(None, len(at)) if request is None else request,
            "account_id": words(ACCOUNTS, account), "merchant_order_no": reference,
            "original_transaction_id": numbered("42", drawn.index[at] * 10, 14, empty=original),
            "status": repeated("success", len(at)), "currency": repeated("CNY", len(at)), "amount": amounts(fen),
            "fee_amount": amounts(fee), "occurred_at": instants(plan.first, when),
        }
    )  # fmt: skip
    for what, moved, rank in ((kind, fen, 0), ("fee", fee, 1)):
        kept = moved != 0
        yield "wallet_lines", when[kept] // DAY, pa.table(
            {
                "account": account[kept], "when": when[kept], "rank": np.full(kept.sum(), rank),
                "fen": moved[kept], "type": repeated(what, kept.sum()), "business_no": number.filter(pa.array(kept)),
                "merchant_order_no": reference.filter(pa.array(kept)),
            }
        )  # fmt: skip


def write_settlement(plan: Plan, drawn: Purchases, key: Key) -> Iterator[Rows]:
    """Give the settlement lines of what the platforms settle."""
    is_settled = ~drawn.is_channel & drawn.is_shipped(plan.end) & (drawn.completed < plan.end)
    at = np.flatnonzero(is_settled & (drawn.fault != fault("ST01")))
    platform, owed, wrong = drawn.platform, drawn.owed, drawn.fault
    due = drawn.completed // DAY + SETTLE_DAYS[platform]
    commission, fee = rate(owed, COMMISSION[platform]), rate(owed, CHANNEL_FEE[platform])
    refunded_on = np.maximum(due, drawn.refunded // DAY + 1)
    has_refund = drawn.case[at] > 0
    back = at[has_refund]
    returned = rate(drawn.refund, COMMISSION[platform])
    reversed_ = back[(platform[back] == DOUYIN) & (wrong[back] != fault("RF13"))]
    sale = owed - np.where(wrong == fault("ST03"), OFF, 0)
    charged = commission + np.where(wrong == fault("ST04"), OFF // 10, 0)
    unlinked, unknown, twice = (np.flatnonzero(wrong == fault(code)) for code in ("ST02", "ST05", "ST06"))
    for kind, place, rows, fen, day in (
        ("sale", 0, at, sale, due), ("commission", 1, at, -charged, due),
        ("channel_fee", 2, at[fee[at] > 0], -fee, due), ("subsidy", 3, at[drawn.subsidy[at] > 0], drawn.subsidy, due),
        ("refund", 4, back, -drawn.refund, refunded_on), ("commission_reversal", 5, reversed_, returned, refunded_on),
        ("sale", 6, unlinked, owed, due), ("平台神秘扣款", 7, unknown, np.full(len(owed), -OFF), due),
        ("sale", 8, twice, owed, due),
    ):  # fmt: skip
        yield from _settle(plan, drawn, rows, kind, place, fen[rows], day[rows])
    ids = order_ids(drawn)
    net = owed + drawn.subsidy - commission - fee
    off = np.full(len(owed), OFF)
    for code, named, amount in (
        ("ST01", ids, net), ("ST02", _line_ids(drawn, 6), owed), ("ST03", ids, off),
        ("ST04", _line_ids(drawn, 1), off // 10), ("ST05", _line_ids(drawn, 7), off),
        ("ST06", _line_ids(drawn, 8), owed), ("RF13", refund_ids(drawn), returned),
    ):  # fmt: skip
        at = np.flatnonzero(wrong == fault(code))
        key.add(code, _names(named, at), amount[at])


def _line_ids(drawn: Purchases, place: int) -> pa.Array:
    return numbered("SL", drawn.index * 10 + place, 12)


def _settle(
    plan: Plan, drawn: Purchases, at: Numbers, kind: str, place: int, fen: Numbers, day: Numbers
) -> Iterator[Rows]:
    if not len(at):
        return
    shop = shop_ids(drawn.platform[at], drawn.shop[at])
    ids = order_ids(drawn, at)
    refund = np.full(len(at), place not in (4, 5))
    yield "settlement_lines", day, pa.table(
        {
            "platform": words(PLATFORMS, drawn.platform[at]),
            "batch_id": joined(shop, "-", days(plan.first, day, "%Y%m%d")),
            "line_id": numbered("SL", drawn.index[at] * 10 + place, 12), "shop_id": shop,
            "order_id": joined("X", ids) if place == 6 else ids,
            "refund_id": numbered("RF", drawn.index[at], 10, empty=refund), "type": repeated(kind, len(at)),
            "amount": amounts(fen), "currency": repeated("CNY", len(at)), "settled_on": days(plan.first, day),
            "fen": fen, "owner": drawn.platform[at] * 1_000 + drawn.shop[at],
        }
    )  # fmt: skip
