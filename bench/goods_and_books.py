"""What a day's purchases leave in shops, the warehouse and the books, as rows of the open format."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from bench.columns import DAY, Numbers, amounts, days, instants, joined, numbered, repeated, words
from bench.purchases import CANCELLED, CHANNELS, HOUR, PART, PLATFORMS, RETURN, Plan, Purchases, prices

Rows = tuple[str, Numbers, pa.Table]
"""An entity, the day on which each row is delivered, and the rows."""
_MARKS = ["S", "T", "J", "D"]
_SHOPS = ["SELF", "TM", "JD", "DY"]


def order_ids(drawn: Purchases, at: Numbers | slice = slice(None)) -> pa.Array:
    """Name orders as their platforms do."""
    return numbered(words(_MARKS, drawn.platform[at]), drawn.index[at], 10)


def shop_ids(platform: Numbers, shop: Numbers) -> pa.Array:
    """Name shops."""
    return numbered(words(_SHOPS, platform), shop + 1, 3)


def catalogue() -> pa.Table:
    """The products and their prices."""
    number = np.arange(len(prices()))
    return pa.table(
        {"sku": numbered("SKU", number, 4), "name": numbered("商品", number, 4),
         "category": words(["home", "food", "beauty"], number % 3), "unit_price": amounts(prices())}
    )  # fmt: skip


def write_purchases(plan: Plan, drawn: Purchases) -> Iterator[Rows]:
    """Give orders, lines, promotions, cases, refunds, parcels and documents."""
    today = np.full(len(drawn.index), drawn.day)
    yield "orders", today, _orders(plan, drawn)
    yield "order_lines", today[drawn.lines.order], _lines(drawn)
    at = np.flatnonzero(drawn.discount > 0)
    is_subsidy = drawn.subsidy[at] > 0
    promotions = {
        "platform": words(PLATFORMS, drawn.platform[at]), "order_id": order_ids(drawn, at),
        "promotion_no": repeated("1", len(at)), "type": words(["full_reduction", "subsidy"], is_subsidy.astype(int)),
        "bearer": words(["merchant", "platform"], is_subsidy.astype(int)), "amount": amounts(drawn.discount[at]),
    }  # fmt: skip
    yield "order_promotions", today[at], pa.table(promotions)
    yield from _cases(plan, drawn)
    yield from _parcels(plan, drawn)
    yield from _documents(plan, drawn)


def _orders(plan: Plan, drawn: Purchases) -> pa.Table:
    closed_at = np.where(drawn.is_unpaid, drawn.ordered + DAY, drawn.refunded)
    is_closed = (drawn.is_unpaid | (drawn.case == CANCELLED)) & (closed_at < plan.end)
    is_shipped = drawn.is_shipped(plan.end)
    is_completed = is_shipped & (drawn.completed < plan.end)
    status = np.select([is_closed, drawn.is_unpaid, is_completed, is_shipped], [4, 0, 3, 2], 1)
    channel = words([*CHANNELS, ""], np.where(drawn.is_channel, drawn.channel, 2))
    ids = order_ids(drawn)
    return pa.table(
        {
            "platform": words(PLATFORMS, drawn.platform), "order_id": ids,
            "shop_id": shop_ids(drawn.platform, drawn.shop),
            "merchant_order_no": joined("M", ids, empty=~drawn.is_channel),
            "status": words(["unpaid", "paid", "shipped", "completed", "closed"], status),
            "ordered_at": instants(plan.first, drawn.ordered),
            "paid_at": instants(plan.first, drawn.paid, empty=drawn.is_unpaid),
            "completed_at": instants(plan.first, drawn.completed, empty=~is_completed),
            "closed_at": instants(plan.first, closed_at, empty=~is_closed),
            "buyer_id": numbered("B", drawn.buyer, 8), "device_id": numbered("D", drawn.buyer, 8),
            "address_id": numbered("A", drawn.buyer, 8), "pay_channel": channel,
            "currency": repeated("CNY", len(ids)), "list_amount": amounts(drawn.listed),
            "freight_amount": amounts(drawn.freight), "discount_amount": amounts(drawn.discount),
            "buyer_paid_amount": amounts(drawn.owed), "subsidy_amount": amounts(drawn.subsidy),
            "cashback_amount": amounts(0 * drawn.owed),
        }
    )  # fmt: skip


def _lines(drawn: Purchases) -> pa.Table:
    lines = drawn.lines
    return pa.table(
        {
            "platform": words(PLATFORMS, drawn.platform[lines.order]), "order_id": order_ids(drawn, lines.order),
            "line_no": pa.array(lines.number), "sku": numbered("SKU", lines.sku, 4),
            "quantity": pa.array(lines.quantity), "unit_price": amounts(lines.unit_price),
            "amount": amounts(lines.amount),
        }
    )  # fmt: skip


def case_ids(drawn: Purchases, at: Numbers) -> pa.Array:
    """Name after-sale cases."""
    return numbered("AS", drawn.index[at], 10)


def refund_ids(drawn: Purchases, at: Numbers | slice = slice(None)) -> pa.Array:
    """Name refunds."""
    return numbered("RF", drawn.index[at], 10)


def _cases(plan: Plan, drawn: Purchases) -> Iterator[Rows]:
    at = np.flatnonzero(drawn.case > 0)
    first_line = np.flatnonzero(drawn.lines.number == 1)[at]
    is_return = drawn.case[at] == RETURN
    platform, case = words(PLATFORMS, drawn.platform[at]), case_ids(drawn, at)
    amount, refunded = amounts(drawn.refund[at]), drawn.refunded[at]
    approved = drawn.applied[at] + HOUR
    reasons = ["", "不想要了", "质量问题", "七天无理由"]
    yield "after_sales", refunded // DAY, pa.table(
        {
            "platform": platform, "after_sale_id": case, "order_id": order_ids(drawn, at),
            "type": words(["refund_only", "return_refund"], is_return.astype(int)),
            "status": repeated("refunded", len(at)), "reason": words(reasons, drawn.case[at]),
            "sku": numbered("SKU", drawn.lines.sku[first_line], 4, empty=~is_return),
            "quantity": pa.array(drawn.lines.quantity[first_line], mask=~is_return),
            "buyer_id": numbered("B", drawn.buyer[at], 8), "applied_at": instants(plan.first, drawn.applied[at]),
            "applied_amount": amount, "approved_at": instants(plan.first, approved), "approved_amount": amount,
            "return_tracking_no": numbered("TH", drawn.index[at], 10, empty=~is_return),
        }
    )  # fmt: skip
    for number, (event, when) in enumerate((("applied", drawn.applied[at]), ("approved", approved))):
        yield "after_sale_events", when // DAY, pa.table(
            {
                "platform": platform, "after_sale_id": case, "event_no": repeated(str(number + 1), len(at)),
                "occurred_at": instants(plan.first, when), "actor": repeated(("buyer", "agent")[number], len(at)),
                "event": repeated(event, len(at)), "new_amount": amount,
            }
        )  # fmt: skip
    channel = words([*CHANNELS, ""], np.where(drawn.is_channel, drawn.channel, 2)[at])
    yield "refunds", refunded // DAY, pa.table(
        {
            "platform": platform, "refund_id": refund_ids(drawn, at), "after_sale_id": case,
            "order_id": order_ids(drawn, at), "amount": amount, "refunded_at": instants(plan.first, refunded),
            "pay_channel": channel,
        }
    )  # fmt: skip


def _parcels(plan: Plan, drawn: Purchases) -> Iterator[Rows]:
    lines = drawn.lines
    sent = np.flatnonzero(drawn.is_shipped(plan.end)[lines.order])
    back = np.flatnonzero((drawn.case == RETURN)[lines.order] & (lines.number == 1))
    for kind, at in (("sale_out", sent), ("return_in", back)):
        order, is_back = lines.order[at], kind == "return_in"
        moved = (drawn.signed if is_back else drawn.shipped)[order]
        none = np.full(len(at), not is_back)
        yield "stock_movements", (moved + 12 * HOUR * is_back) // DAY, pa.table(
            {
                "movement_id": numbered("IN" if is_back else "OUT", drawn.index[order] * 10 + lines.number[at], 11),
                "type": repeated(kind, len(at)), "platform": words(PLATFORMS, drawn.platform[order]),
                "order_id": order_ids(drawn, order),
                "after_sale_id": numbered("AS", drawn.index[order], 10, empty=none),
                "sku": numbered("SKU", lines.sku[at], 4), "quantity": pa.array(lines.quantity[at]),
                "weight_kg": amounts(lines.quantity[at] * (20 + lines.sku[at] % 180)),
                "carrier": repeated("SF", len(at)),
                "tracking_no": numbered("TH" if is_back else "SF", drawn.index[order], 10),
                "moved_at": instants(plan.first, moved),
                "stocked_at": instants(plan.first, moved + 12 * HOUR, empty=none),
                "condition": words(["", "good"], np.full(len(at), int(is_back))),
                "status": repeated("delivered", len(at)),
            }
        )  # fmt: skip


def _documents(plan: Plan, drawn: Purchases) -> Iterator[Rows]:
    sold = np.flatnonzero(drawn.is_shipped(plan.end))
    back = np.flatnonzero((drawn.case == RETURN) | (drawn.case == PART))
    for kind, at in (("sale", sold), ("sale_return", back)):
        is_sale = kind == "sale"
        day = (drawn.shipped if is_sale else drawn.refunded)[at] // DAY
        platform = words(PLATFORMS, drawn.platform[at])
        yield "erp_documents", day, pa.table(
            {
                "document_id": numbered("XS" if is_sale else "XT", drawn.index[at], 10),
                "type": repeated(kind, len(at)), "platform": platform, "order_id": order_ids(drawn, at),
                "refund_id": numbered("RF", drawn.index[at], 10, empty=np.full(len(at), is_sale)),
                "payout_id": repeated(None, len(at)),
                "amount": amounts((drawn.owed if is_sale else drawn.refund)[at]),
                "currency": repeated("CNY", len(at)), "document_on": days(plan.first, day),
                "voucher_no": joined("V-", repeated(kind, len(at)), "-", platform, "-", days(plan.first, day)),
                "status": repeated("posted", len(at)),
            }
        )  # fmt: skip
