"""What a source is: its streams, the format each file has, and the raw columns that come out of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tieout.core.content import Content
from tieout.core.reading import Keep, Reading
from tieout.formats import alipay, camt053, cmb, mt940, taobao, wechat
from tieout.formats import open as open_format


@dataclass(frozen=True)
class Stream:
    """One kind of file of one source.

    `columns` are the raw table's columns in order. `key` identifies a row; empty means by content and occurrence
    number. `amount_column` is what a `.meta.json`'s total_amount is checked against, where one column can say it.
    `date_column` dates the rows, where a file need not say which days it covers.
    """

    source: str
    name: str
    read: Callable[[Content, Keep], Reading]
    columns: tuple[str, ...]
    key: tuple[str, ...]
    amount_column: str | None = None
    date_column: str | None = None

    @property
    def table(self) -> str:
        """The raw table's name, without the schema."""
        return f"{self.source}__{self.name}"


_BANK_LINE_KEY = ("account", "currency", "statement_number", "closing_date", "line_no")
_OPEN_AMOUNTS = {"orders": "buyer_paid_amount", "after_sales": "applied_amount", "ledger_lines": "debit_amount"}


def _open_streams() -> Iterator[Stream]:
    for entity, fields in open_format.ENTITIES.items():
        columns = tuple(field.name for field in fields)
        key = tuple(field.name for field in fields if field.is_key)
        amount = _OPEN_AMOUNTS.get(entity, "amount" if "amount" in columns else None)
        # When it happened; not from when to when a contract is valid.
        dates = [field for field in fields if field.type == "timestamp" or field.name.endswith("_on")]
        dated = next((field.name for field in dates if field.required), dates[-1].name if dates else None)
        yield Stream("open", entity, partial(open_format.read, entity=entity), columns, key, amount, dated)


_DECLARED = (
    Stream(
        "alipay",
        "trade",
        alipay.read_trade,
        alipay.TRADE_COLUMNS,
        ("trade_no", "business_type", "refund_request_no"),
        "received_amount",
    ),
    Stream("alipay", "signcustomer", alipay.read_ledger, alipay.LEDGER_COLUMNS, ("account", "entry_no")),
    # A SUCCESS bill has no refund columns while an ALL bill writes `0` there: staging reads both as no refund.
    Stream(
        "wechat",
        "trade",
        wechat.read_trade,
        wechat.TRADE_COLUMNS,
        ("wechat_order_no", "trade_state", "wechat_refund_no"),
    ),
    # A payment and its fee share both numbers; the balance tells further lines of one business apart.
    Stream(
        "wechat",
        "fundflow",
        wechat.read_fundflow,
        wechat.FUNDFLOW_COLUMNS,
        ("payment_business_no", "flow_no", "business_type", "direction", "balance_after"),
    ),
    Stream("taobao", "orders", taobao.read_orders, taobao.ORDER_COLUMNS, ("order_no",), "buyer_paid_amount"),
    Stream(
        "taobao", "order_lines", taobao.read_order_lines, taobao.LINE_COLUMNS, ("sub_order_no",), "buyer_paid_amount"
    ),
    Stream("taobao", "refunds", taobao.read_refunds, taobao.REFUND_COLUMNS, ("refund_no",), "refund_amount"),
    # A reversal may carry the serial number of what it reverses; the balance tells the two apart.
    Stream("bank", "cmb", cmb.read, cmb.COLUMNS, ("account", "serial_no", "balance_after")),
    Stream("bank", "mt940", mt940.read, mt940.COLUMNS, _BANK_LINE_KEY),
    Stream("bank", "camt053", camt053.read, camt053.COLUMNS, ("account", "currency", "statement_id", "line_no")),
    *_open_streams(),
)

STREAMS: dict[tuple[str, str], Stream] = {(stream.source, stream.name): stream for stream in _DECLARED}

SOURCES: tuple[str, ...] = tuple(dict.fromkeys(source for source, _ in STREAMS))
"""The sources, each of which is ingested by itself."""
