"""What a good analyst would write in pandas for the order, refund, settlement and bank legs, from the landed rows.

`python -m bench.analyst_pandas STREAMS.json AS_OF OUT`: the measure for tieout, which proves far more. It knows the
conventions of `bench.month` (an order's number on its payment, a refund's on its outflow) and relies on them; facts and
exceptions are written as Parquet. Amounts are whole fen.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from bench.side import Streams, report

_KEYS = {
    "orders": ["platform", "order_id"],
    "channel_transactions": ["channel", "transaction_id", "type", "request_no"],
    "refunds": ["platform", "refund_id"],
    "after_sales": ["platform", "after_sale_id"],
    "settlement_lines": ["platform", "batch_id", "line_id"],
    "payouts": ["platform", "payout_id"],
    "bank_lines": ["account_id", "line_id"],
    "contracts": ["platform"],
}
_WANTED = {
    "orders": ["shop_id", "merchant_order_no", "status", "paid_at", "completed_at", "buyer_paid_amount",
               "subsidy_amount"],
    "channel_transactions": ["merchant_order_no", "status", "amount", "occurred_at"],
    "refunds": ["order_id", "amount", "refunded_at"],
    "after_sales": ["order_id"],
    "settlement_lines": ["order_id", "refund_id", "type", "amount"],
    "payouts": ["amount", "due_on", "bank_reference"],
    "bank_lines": ["amount", "reference"],
    "contracts": ["commission_rate", "channel_fee_rate", "commission_returned_on_refund", "settle_days"],
}  # fmt: skip
_LINE_TYPES = ["sale", "subsidy", "commission", "channel_fee", "refund", "commission_reversal"]
_PAYMENT_DAYS, _REFUND_DAYS, _CENT = 2, 3, 1


def find(streams: Streams, day: date, out: Path) -> Iterable[tuple[str, str, int]]:
    """Give the open exceptions as of a day (code, entity_id, fen); write facts and exceptions into a folder."""
    as_of = pd.Timestamp(day)
    frames = {name: _load(streams[name], name) for name in _KEYS}
    orders = frames["orders"].assign(
        owed=lambda one: _fen(one.buyer_paid_amount),
        subsidy=lambda one: _fen(one.subsidy_amount),
        paid_on=lambda one: pd.to_datetime(one.paid_at).dt.normalize(),
    )
    transactions = frames["channel_transactions"].assign(fen=lambda one: _fen(one.amount))
    transactions = transactions[transactions.status.fillna("success") == "success"]
    refunds = frames["refunds"].assign(fen=lambda one: _fen(one.amount))
    parts = [
        *_payments(orders, transactions, as_of, out),
        *_refunds(orders, transactions, refunds, frames["after_sales"], as_of, out),
        *_settlements(orders, refunds, frames["settlement_lines"], frames["contracts"], as_of, out),
        *_bank(frames["payouts"], frames["bank_lines"], as_of, out),
    ]
    found = pd.concat([pd.DataFrame({"code": code, "entity_id": ids, "fen": fen}) for code, ids, fen in parts])
    found = found.astype({"fen": "int64"})
    found.to_parquet(out / "exceptions.parquet", index=False)
    return found.itertuples(index=False)


Part = tuple[str, pd.Series, pd.Series]


def _load(paths: list[Path], name: str) -> pd.DataFrame:
    columns = [*_KEYS[name], *_WANTED[name]]
    rows = pd.concat([pd.read_parquet(path, columns=columns) for path in paths], ignore_index=True)
    return rows.drop_duplicates(_KEYS[name], keep="last")


def _fen(column: pd.Series) -> pd.Series:
    """Whole fen: an analyst's way around floats."""
    return (pd.to_numeric(column).fillna(0) * 100).round().astype("int64")


def _payments(orders: pd.DataFrame, transactions: pd.DataFrame, as_of: pd.Timestamp, out: Path) -> Iterator[Part]:
    payments = transactions[transactions.type == "payment"]
    named = orders[orders.merchant_order_no.notna()]
    is_known = payments.merchant_order_no.isin(named.merchant_order_no)
    orphans = payments[~is_known]
    yield "OP02", orphans.transaction_id, orphans.fen
    paid = payments[is_known].groupby("merchant_order_no").fen.agg(["sum", "count", "min"])
    due = named.assign(owed=named.owed.where(named.paid_on.notna(), 0))
    due = due.groupby("merchant_order_no").agg(
        order_id=("order_id", "min"), owed=("owed", "sum"), paid_on=("paid_on", "min"), status=("status", "min")
    )
    both = due.join(paid).fillna({"sum": 0, "count": 0, "min": 0})
    both["gap"] = (both["sum"] - both.owed).astype("int64")
    both.to_parquet(out / "fct_payments.parquet")
    is_paid = both.paid_on.notna()
    none = both[is_paid & (both["count"] == 0) & (both.paid_on + pd.Timedelta(days=_PAYMENT_DAYS) < as_of)]
    yield "OP01", none.order_id, none.gap.abs()
    unpaid = both[~is_paid & (both["sum"] > _CENT)]
    yield "OP04", unpaid.order_id, unpaid.gap
    twice = is_paid & (both["count"] > 1) & (both.gap > _CENT) & (both["sum"] - both["min"] >= both.owed - _CENT)
    yield "OP05", both[twice].order_id, both[twice].gap
    wrong = both[is_paid & (both["count"] > 0) & (both.gap.abs() > _CENT) & ~twice]
    yield "OP03", wrong.order_id, wrong.gap.abs()


def _refunds(
    orders: pd.DataFrame, transactions: pd.DataFrame, refunds: pd.DataFrame, cases: pd.DataFrame,
    as_of: pd.Timestamp, out: Path,
) -> Iterator[Part]:  # fmt: skip
    outflows = transactions[transactions.type == "refund"]
    through_channels = refunds.merge(
        orders.loc[orders.merchant_order_no.notna(), ["platform", "order_id"]], on=["platform", "order_id"]
    )
    sent = outflows.groupby("request_no").fen.agg(["sum", "count"])
    both = through_channels.set_index("refund_id").join(sent).fillna({"sum": 0, "count": 0}).reset_index()
    both["gap"] = (-both["sum"] - both.fen).astype("int64")
    both.to_parquet(out / "fct_refunds.parquet")
    refunded_on = pd.to_datetime(both.refunded_at).dt.normalize()
    none = both[(both["count"] == 0) & (refunded_on + pd.Timedelta(days=_REFUND_DAYS) < as_of)]
    yield "RF01", none.refund_id, none.fen
    twice = both[(both["count"] > 1) & (both.gap > 0)]
    yield "RF05", twice.refund_id, twice.gap
    wrong = both[(both["count"] == 1) & (both.gap != 0)]
    yield "RF03", wrong.refund_id, wrong.gap.abs()
    stray = outflows[~outflows.request_no.isin(refunds.refund_id)]
    stray = stray.merge(orders[["merchant_order_no", "order_id"]], on="merchant_order_no", how="left")
    stray = stray[~stray.order_id.isin(cases.order_id)]
    yield "RF02", stray.transaction_id, stray.fen.abs()


def _settlements(
    orders: pd.DataFrame, refunds: pd.DataFrame, lines: pd.DataFrame, contracts: pd.DataFrame, as_of: pd.Timestamp,
    out: Path,
) -> Iterator[Part]:  # fmt: skip
    lines = lines.assign(fen=_fen(lines.amount))
    unknown = lines[~lines.type.isin(_LINE_TYPES)]
    yield "ST05", unknown.line_id, unknown.fen.abs()
    known = lines[lines.type.isin(_LINE_TYPES)]
    unlinked = known[~known.order_id.isin(orders.order_id)]
    yield "ST02", unlinked.line_id, unlinked.fen.abs()
    linked = known[known.order_id.isin(orders.order_id)].sort_values("line_id")
    again = linked.duplicated(["platform", "order_id", "refund_id", "type", "fen"])
    yield "ST06", linked[again].line_id, linked[again].fen.abs()
    once = linked[~again]
    settled = once.pivot_table(index=["platform", "order_id"], columns="type", values="fen", aggfunc="sum")
    settled = settled.reindex(columns=_LINE_TYPES).add_prefix("settled_").reset_index()
    terms = contracts.assign(
        commission=pd.to_numeric(contracts.commission_rate).mul(10_000).round().astype("int64"),
        fee=pd.to_numeric(contracts.channel_fee_rate).mul(10_000).round().astype("int64"),
        days=pd.to_timedelta(pd.to_numeric(contracts.settle_days), unit="D"),
        is_returned=contracts.commission_returned_on_refund == "true",
    )[["platform", "commission", "fee", "days", "is_returned"]]
    due = orders[orders.completed_at.notna() & orders.paid_on.notna()].merge(terms, on="platform")
    due = due.assign(
        due_on=pd.to_datetime(due.completed_at).dt.normalize() + due.days,
        charged=_share(due.owed, due.commission), paid_fee=_share(due.owed, due.fee),
    )  # fmt: skip
    both = due.merge(settled, on=["platform", "order_id"], how="left")
    both.to_parquet(out / "fct_settlements.parquet")
    late = both[both.settled_sale.isna() & (both.due_on < as_of)]
    yield "ST01", late.order_id, late.owed + late.subsidy - late.charged - late.paid_fee
    came = both[both.settled_sale.notna()].fillna({f"settled_{name}": 0 for name in _LINE_TYPES})
    wrong = came[came.settled_sale != came.owed]
    yield "ST03", wrong.order_id, (wrong.settled_sale - wrong.owed).abs()
    rate = came[-came.settled_commission != came.charged]
    names = once[once.type == "commission"].set_index("order_id").line_id
    yield "ST04", rate.order_id.map(names), (-rate.settled_commission - rate.charged).abs()
    back = refunds.merge(came[came.is_returned & (came.settled_refund < 0)], on=["platform", "order_id"])
    missing = _share(back.fen, back.commission) - back.settled_commission_reversal
    yield "RF13", back.refund_id[missing != 0], missing[missing != 0].abs()


def _share(fen: pd.Series, ten_thousandths: pd.Series) -> pd.Series:
    return (fen * ten_thousandths + 5_000) // 10_000


def _bank(payouts: pd.DataFrame, lines: pd.DataFrame, as_of: pd.Timestamp, out: Path) -> Iterator[Part]:
    lines = lines.assign(credit=_fen(lines.amount))
    credits = lines[lines.credit > 0]
    both = payouts.assign(fen=_fen(payouts.amount)).merge(
        credits[["reference", "credit"]].dropna(subset="reference"), left_on="bank_reference", right_on="reference",
        how="left",
    )  # fmt: skip
    both.to_parquet(out / "fct_payouts.parquet")
    overdue = both[both.credit.isna() & (pd.to_datetime(both.due_on) < as_of)]
    yield "BK01", overdue.payout_id, overdue.fen
    wrong = both[both.credit.notna() & (both.credit != both.fen)]
    yield "BK03", wrong.payout_id, (wrong.credit - wrong.fen).abs()
    unknown = credits[~credits.reference.isin(payouts.bank_reference)]
    yield "BK02", unknown.line_id, unknown.credit


if __name__ == "__main__":
    report(find)
