"""The day's files of the shops, the warehouse and the ERP: Taobao's exports and the open entities."""

from datetime import date

from tieout.world import goods, merchant, settlement, taobao, tariffs
from tieout.world import open as open_files
from tieout.world.cash import Payout
from tieout.world.inbox import Inbox, exported_at
from tieout.world.life import Order, Refund, Settlement, fen
from tieout.world.open import Row
from tieout.world.parcels import Movement, Ticket
from tieout.world.scene import DAY, Scene
from tieout.world.truth import FAULT

Case = tuple[Order, Refund]


class Shops:
    """Writes what the shops and the merchant's own systems send in."""

    def __init__(self, scene: Scene, inbox: Inbox, no_tickets: set[date]) -> None:
        """Take the days whose ticket file never comes."""
        self._scene, self._inbox, self._no_tickets = scene, inbox, no_tickets

    def write_taobao(self, day: date, orders: list[Order], cases: list[Case]) -> None:
        """Write Taobao's three exports of a day."""
        stamp, lines = f"{day:%Y%m%d}", sum(len(order.lines) for order in orders)
        for stream, name, content, rows in (
            ("orders", f"ExportOrderList{stamp}.csv", taobao.orders_export(orders, day), len(orders)),
            ("order_lines", f"ExportOrderDetailList{stamp}.csv", taobao.lines_export(orders, day), lines),
            ("refunds", f"RefundList{stamp}.csv", taobao.refunds_export(cases, day), len(cases)),
        ):
            self._inbox.put("taobao", stream, name, content, open_files.as_meta(day, day, rows, exported_at(day)))

    def write_orders(self, day: date, orders: list[Order], cases: list[Case]) -> None:
        """Write the own site's, JD's and Douyin's orders and after-sale cases of a day."""
        placed = [order for order in orders if order.created_at.date() == day]
        done = [case for case in cases if case[1].refunded_at and case[1].refunded_at.date() == day]
        self._inbox.put_open("orders", day, [open_files.order_row(order, day) for order in orders])
        self._inbox.put_open("order_lines", day, [row for order in placed for row in open_files.line_rows(order)])
        promotions = [row for order in placed for row in open_files.promotion_rows(order)]
        self._inbox.put_open("order_promotions", day, promotions)
        self._inbox.put_open("after_sales", day, [open_files.case_row(*case, day) for case in cases])
        events = [row for case in cases for row in open_files.event_rows(*case, day)]
        self._inbox.put_open("after_sale_events", day, events)
        self._inbox.put_open("refunds", day, [open_files.refund_row(*case) for case in done])

    def write_settlement(
        self, day: date, batches: dict[str, list[Settlement]], payouts: list[tuple[Payout, str]]
    ) -> None:
        """Write the platforms' settlement lines by batch, and the payouts they and UnionPay list."""
        rows = [row for batch_id, lines in batches.items() for row in open_files.settlement_rows(batch_id, lines, day)]
        self._inbox.put_open("settlement_lines", day, rows)
        self._inbox.put_open("payouts", day, [open_files.payout_row(payout, status) for payout, status in payouts])

    def write_goods(self, day: date, moved: list[tuple[Order, int, Movement]]) -> None:
        """Write what left the warehouse and what came back."""
        rows = [goods.movement_row(order, place, movement, day) for order, place, movement in moved]
        self._inbox.put_open("stock_movements", day, rows)

    def write_tickets(self, day: date, told: list[tuple[Order, Ticket]]) -> None:
        """Write the service's tickets of a day, unless their file never comes."""
        if day in self._no_tickets:
            entity, note = ("source_day", f"open/tickets||{day}"), "open/tickets: the day's file never came"
            ids = {"source_day": day.isoformat()}
            self._scene.truth.add("DQ01", FAULT, entity, from_on=day + 2 * DAY, note=note, ids=ids)
            return
        self._inbox.put_open("tickets", day, [goods.ticket_row(order, ticket, day) for order, ticket in told])

    def write_standing(self) -> None:
        """Write what does not change from day to day: products, contracts, promotion rules."""
        first = self._scene.first
        products: list[Row] = [(item.sku, item.name, item.category, fen(item.price)) for item in merchant.PRODUCTS]
        rules: list[Row] = [("R1", "exclusive_coupon", "专享券不与满减同用"), ("R2", "stackable", "店铺券可与满减同用")]
        for entity, rows in (
            ("products", products),
            ("contracts", [*settlement.contract_rows(first), *tariffs.contract_rows(first)]),
            ("promotion_rules", rules),
        ):
            self._inbox.put_open(entity, first, rows)
