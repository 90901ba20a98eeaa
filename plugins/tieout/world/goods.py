"""What leaves the warehouse and comes back for an order, and what its buyer asks the service about."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tieout.world.life import Order, Refund, end_of
from tieout.world.parcels import Goods, Movement, Ticket

_PREFIX = {"sale_out": "OUT", "return_in": "IN", "exchange_out": "EX", "reship_out": "RS", "repair_out": "RP"}
_ANSWERED = timedelta(days=2)


def ordered(order: Order) -> list[Goods]:
    """Give what an order is about: each sku once, with its quantity."""
    goods: dict[str, int] = {}
    for line in order.lines:
        goods[line.product.sku] = goods.get(line.product.sku, 0) + line.quantity
    return list(goods.items())


def value(order: Order, goods: Sequence[Goods]) -> int:
    """Give what goods of an order are worth at unit price, in fen."""
    prices = {line.product.sku: line.product.price for line in order.lines}
    return sum(prices[sku] * quantity for sku, quantity in goods)


def send(refund: Refund, kind: str, at: datetime, goods: Sequence[Goods]) -> None:
    """Send goods to the buyer for a case: an exchange, a reship or a repair."""
    number = f"YT{refund.after_sale_id[-10:]}{len(refund.parcels)}"
    refund.parcels += [
        Movement(f"{kind}_out", at, sku, quantity, number, refund.after_sale_id) for sku, quantity in goods
    ]


def take_back(
    refund: Refund,
    at: datetime,
    goods: Sequence[Goods],
    *,
    condition: str = "good",
    stocked: bool = True,
    status: str = "delivered",
) -> None:
    """Let goods of a case arrive at the warehouse; they are put into stock within the hour, unless they are not."""
    stocked_at = at + timedelta(minutes=50) if stocked and status == "delivered" else None
    number = f"YT{refund.refund_id}" + (f"-{len(refund.parcels)}" if refund.parcels else "")
    refund.parcels += [
        Movement("return_in", at, sku, quantity, number, refund.after_sale_id, stocked_at, condition, status)
        for sku, quantity in goods
    ]


def movements(order: Order) -> list[Movement]:
    """Give all that ever moved for an order: a parcel when it is sent unless its story has others, and its cases'."""
    told = list(order.parcels)
    if order.shipped_at and not told:
        number = f"YT{order.order_id[-10:]}"
        told = [Movement("sale_out", order.shipped_at, line.product.sku, line.quantity, number) for line in order.lines]
    for refund in order.refunds:
        if refund.returned_at and not refund.parcels:
            take_back(refund, refund.returned_at, refund.goods or ordered(order))
        told += refund.parcels
    return told


def days(movement: Movement) -> list[date]:
    """Give the days on which the warehouse tells of a movement: when it moved, and when it was put into stock."""
    times = (movement.at, movement.stocked_at)
    return sorted({at.date() for at in times if at is not None})


def ticket_days(ticket: Ticket) -> list[date]:
    """Give the days on which the service tells of a ticket: when it was opened, worked on and closed."""
    return [(ticket.opened_at + _ANSWERED * step / 2).date() for step in range(3)]


def movement_row(order: Order, place: int, movement: Movement, day: date) -> tuple[str, ...]:
    """Give a movement as it stands at the end of a day; `place` counts the order's movements from 1."""
    stocked = movement.stocked_at if movement.stocked_at and movement.stocked_at <= end_of(day) else None
    return (
        f"{_PREFIX[movement.kind]}-{order.order_id}-{place}", movement.kind, order.platform, order.order_id,
        movement.after_sale_id, movement.sku, str(movement.quantity),
        order.weight(movement.sku, movement.quantity), "圆通速递", movement.tracking_no,
        movement.at.isoformat(timespec="seconds"), stocked.isoformat(timespec="seconds") if stocked else "",
        movement.condition, movement.status,
    )  # fmt: skip


def ticket_row(order: Order, ticket: Ticket, day: date) -> tuple[str, ...]:
    """Give a ticket as it stands at the end of a day."""
    closed_at = ticket.opened_at + _ANSWERED
    promised = f"{ticket.promised // 100}.{ticket.promised % 100:02d}" if ticket.promised else ""
    return (
        ticket.ticket_id, order.order_id, ticket.after_sale_id, ticket.topic,
        ticket.opened_at.isoformat(timespec="seconds"),
        closed_at.isoformat(timespec="seconds") if closed_at <= end_of(day) else "", promised,
    )  # fmt: skip
