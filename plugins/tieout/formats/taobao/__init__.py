"""Taobao and Tmall seller exports: orders, order lines and refunds, as csv (GBK, cells like `="…"`) or xlsx."""

from tieout.core.content import Content
from tieout.core.reading import Keep, Reading
from tieout.formats.taobao.export import read_export
from tieout.formats.taobao.headers import (
    LINE_COLUMNS,
    LINE_HEADER,
    ORDER_COLUMNS,
    ORDER_HEADER,
    REFUND_COLUMNS,
    REFUND_HEADER,
)  # fmt: skip

__all__ = ["LINE_COLUMNS", "ORDER_COLUMNS", "REFUND_COLUMNS", "read_order_lines", "read_orders", "read_refunds"]


def read_orders(content: Content, keep: Keep) -> Reading:
    """Read an order export (one row an order). It states no totals and no period."""
    needed = ("order_no", "order_status", "created_at", "paid_at", "buyer_paid_amount")
    return read_export(content, keep, ORDER_HEADER, needed, ("order_no", "order_status", "created_at"))


def read_order_lines(content: Content, keep: Keep) -> Reading:
    """Read an order line export (宝贝; one row a sub-order). It states no totals and no period."""
    needed = ("sub_order_no", "order_no", "price", "quantity", "buyer_paid_amount")
    return read_export(content, keep, LINE_HEADER, needed, ("sub_order_no", "order_no"))


def read_refunds(content: Content, keep: Keep) -> Reading:
    """Read a refund export (one row an after-sale application). It states no totals and no period."""
    needed = ("refund_no", "order_no", "refund_type", "refund_status", "applied_at", "refund_amount")
    return read_export(content, keep, REFUND_HEADER, needed, ("refund_no", "order_no", "refund_status", "applied_at"))
