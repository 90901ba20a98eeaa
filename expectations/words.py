"""What the sources' files must hold: required columns, and the words that we know in columns with a vocabulary.

From the platforms' own format descriptions and real files. An unknown word is a warning, not a refusal: the row stays,
and matching reports what it cannot place.
"""

from tieout.formats.open import ENTITIES
from tieout.sources import Stream

_CURRENCIES = ("CNY", "RMB", "人民币", "HKD", "USD", "EUR", "GBP", "JPY", "KRW", "SGD", "AUD", "CAD", "MYR", "THB")
_TAOBAO_ORDER_STATES = (
    "等待买家付款", "买家已付款,等待卖家发货", "买家已付款，等待卖家发货", "卖家部分发货", "卖家已发货,等待买家确认",
    "卖家已发货，等待买家确认", "等待买家确认收货", "交易成功", "交易关闭", "付款确认中", "拼团中",
)  # fmt: skip
_TAOBAO_REFUND_STATES = (
    "没有申请退款", "买家已经申请退款,等待卖家同意", "买家已经申请退款，等待卖家同意", "卖家已经同意退款,等待买家退货",
    "卖家已经同意退款，等待买家退货", "买家已经退货,等待卖家确认收货", "买家已经退货，等待卖家确认收货",
    "等待卖家同意", "等待买家退货", "等待卖家确认收货", "卖家拒绝退款", "退款关闭",
    "退款成功", "退款中", "WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS",
    "WAIT_SELLER_CONFIRM_GOODS", "SELLER_REFUSE_BUYER", "CLOSED", "SUCCESS",
)  # fmt: skip

_REQUIRED: dict[tuple[str, str], tuple[str, ...]] = {
    ("alipay", "trade"): ("trade_no", "merchant_order_no", "business_type", "finished_at", "received_amount"),
    ("alipay", "signcustomer"): ("account", "entry_no", "occurred_at"),
    ("wechat", "trade"): ("wechat_order_no", "merchant_order_no", "trade_state", "traded_at"),
    ("wechat", "fundflow"): ("flow_no", "business_type", "direction", "amount", "recorded_at"),
    ("taobao", "orders"): ("order_no", "order_status", "created_at", "buyer_paid_amount"),
    ("taobao", "order_lines"): ("sub_order_no", "order_no", "quantity"),
    ("taobao", "refunds"): ("refund_no", "order_no", "refund_amount"),
    ("bank", "cmb"): ("account", "transaction_date", "balance_after"),
    ("bank", "mt940"): ("account", "currency", "line_no", "mark", "amount", "value_date"),
    ("bank", "camt053"): ("account", "currency", "line_no", "mark", "amount"),
}
_WORDS: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("alipay", "trade"): {"business_type": ("交易", "退款")},
    ("alipay", "signcustomer"): {
        "business_type": (
            "交易付款", "在线支付", "交易退款", "收费", "退费", "转账", "提现", "其它", "交易分账", "充值", "红包退回",
        )
    },
    ("wechat", "trade"): {
        "trade_state": ("SUCCESS", "REFUND", "REVOKED"),
        "refund_state": ("SUCCESS", "PROCESSING", "FAIL", "CHANGE"),
        "currency": _CURRENCIES,
    },
    ("wechat", "fundflow"): {
        "business_type": ("交易", "退款", "扣除交易手续费", "提现", "充值", "分账", "分账回退", "退款手续费"),
        "direction": ("收入", "支出"),
    },
    ("taobao", "orders"): {"order_status": _TAOBAO_ORDER_STATES},
    ("taobao", "order_lines"): {"order_status": _TAOBAO_ORDER_STATES, "refund_status": _TAOBAO_REFUND_STATES},
    ("taobao", "refunds"): {"refund_status": _TAOBAO_REFUND_STATES},
    ("bank", "cmb"): {"currency": _CURRENCIES},
    ("bank", "mt940"): {"mark": ("C", "D", "RC", "RD"), "currency": _CURRENCIES},
    ("bank", "camt053"): {"mark": ("CRDT", "DBIT"), "currency": _CURRENCIES},
}  # fmt: skip


def required_columns(stream: Stream) -> tuple[str, ...]:
    """Name the columns that no row of the stream may lack; of the open format those that it marks as required."""
    if stream.source == "open":
        return tuple(field.name for field in ENTITIES[stream.name] if field.required)
    return _REQUIRED[stream.source, stream.name]


def known_words(stream: Stream) -> dict[str, tuple[str, ...]]:
    """Give the known words by column. The open format's closed lists are its reader's own business."""
    if stream.source == "open":
        return {"currency": _CURRENCIES} if "currency" in stream.columns else {}
    return _WORDS[stream.source, stream.name]


def amount_columns(stream: Stream) -> tuple[str, ...]:
    """Name the columns that hold money, by the naming rules of raw; the open format's reader types its own."""
    if stream.source == "open":
        return ()
    exact = {"amount", "price", "balance_after", "opening_balance", "closing_balance"}
    return tuple(column for column in stream.columns if column in exact or column.endswith("_amount"))
