"""The order-payment leg as a good analyst would write it in pandas: the alternative that tieout is measured against."""

import re
from collections.abc import Iterable

import pandas as pd

from tieout.landing import Batch

_LAST_PAID = pd.Timestamp("2026-05-28 23:59:59")
_TAOBAO = re.compile(r"T\d{3}P(\d{10,25})")


def find_breaks(batches: Iterable[Batch]) -> dict[str, set[str]]:
    """Give the order ids by code, as of 2026-05-31, from the landed rows of Taobao, the own site, Alipay and WeChat."""
    frames = _latest(batches)
    orders, attempts = _orders(frames), _payments(frames)
    # A payment may name the order instead of the merchant's number.
    by_order = orders.drop_duplicates("order").set_index("order").reference
    named = attempts.reference.map(by_order)
    attempts["reference"] = attempts.reference.where(attempts.reference.isin(orders.reference) | named.isna(), named)
    payments, refused = attempts[attempts.success], set(attempts[~attempts.success].reference)
    known = payments[payments.reference.isin(orders.reference)]
    orphans = payments[~payments.reference.isin(orders.reference)]
    paid = known.groupby("reference").amount.agg(["sum", "count", "min"])
    owed = orders.groupby("reference").agg(owed=("owed", "sum"), order=("order", "min"), paid_at=("paid_at", "min"))
    both = owed.join(paid).fillna({"sum": 0, "count": 0, "min": 0})
    gap = both["sum"] - both.owed
    is_owed = both.owed > 0
    twice = is_owed & (both["count"] > 1) & (gap > 1) & (both["sum"] - both["min"] >= both.owed - 1)
    return {
        "OP01": set(
            both.order[is_owed & (both["count"] == 0) & (both.paid_at <= _LAST_PAID) & ~both.index.isin(refused)]
        ),
        "OP02": set(orphans.reference),
        "OP03": set(both.order[is_owed & (both["count"] > 0) & (gap.abs() > 1) & ~twice]),
        "OP05": set(both.order[twice]),
    }


def _latest(batches: Iterable[Batch]) -> dict[str, pd.DataFrame]:
    keys = {"open/orders": ["platform", "order_id"], "taobao/orders": ["order_no"]}
    frames: dict[str, list[pd.DataFrame]] = {}
    for batch in sorted(batches, key=lambda one: one.delivery_rank):
        frames.setdefault(f"{batch.source}/{batch.stream}", []).append(pd.read_parquet(batch.rows_path))
    joined = {stream: pd.concat(parts, ignore_index=True) for stream, parts in frames.items()}
    return {
        stream: frame.drop_duplicates(keys[stream], keep="last") if stream in keys else frame
        for stream, frame in joined.items()
    }


def _fen(column: pd.Series) -> pd.Series:
    """Whole fen: an analyst's way around floats."""
    return (pd.to_numeric(column.str.replace(",", "")) * 100).round().fillna(0).astype("int64")


def _orders(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    taobao, own = frames["taobao/orders"], frames["open/orders"]
    own = own[own.platform == "self"]
    reference = own.merchant_order_no.where(own.merchant_order_no.fillna("") != "", own.order_id)
    both = pd.concat(
        [
            pd.DataFrame(
                {"reference": taobao.order_no, "order": taobao.order_no, "owed": _fen(taobao.buyer_paid_amount)}
            ).assign(paid_at=pd.to_datetime(taobao.paid_at)),
            pd.DataFrame({"reference": reference, "order": own.order_id, "owed": _fen(own.buyer_paid_amount)}).assign(
                paid_at=pd.to_datetime(own.paid_at)
            ),
        ]
    )
    both.loc[both.paid_at.isna(), "owed"] = 0
    return both


def _payments(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    alipay, wechat, others = frames["alipay/trade"], frames["wechat/trade"], frames["open/channel_transactions"]
    alipay = alipay[alipay.business_type == "交易"].drop_duplicates("trade_no", keep="last")
    wechat = wechat[wechat.wechat_refund_no.fillna("0").isin(["", "0"])].drop_duplicates("wechat_order_no", keep="last")
    others = others[others.type == "payment"]
    amount = wechat.order_amount.where(wechat.order_amount.notna(), wechat.settled_order_amount)
    both = pd.concat(
        [
            pd.DataFrame({"reference": alipay.merchant_order_no, "amount": _fen(alipay.received_amount)}).assign(
                success=True
            ),
            pd.DataFrame({"reference": wechat.merchant_order_no, "amount": _fen(amount)}).assign(
                success=wechat.trade_state != "REVOKED"
            ),
            pd.DataFrame({"reference": others.merchant_order_no, "amount": _fen(others.amount)}).assign(
                success=others.status.fillna("success") == "success"
            ),
        ]
    )
    taobao = both.reference.str.extract(_TAOBAO, expand=False)
    both["reference"] = taobao.where(taobao.notna(), both.reference)
    return both
