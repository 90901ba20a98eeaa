"""The order-payment leg by datacompy, the common tool for comparing two tables, on pandas or on Polars.

`python -m bench.payments_datacompy STREAMS.json AS_OF OUT pandas|polars`, in an environment of its own: datacompy needs
other versions than tieout. Orders with what is owed are one side, receipts the other, an order's number joins them.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bench.side import Streams, report

_ORDERS = ["merchant_order_no", "order_id", "paid_at", "buyer_paid_amount"]
_RECEIPTS = ["merchant_order_no", "transaction_id", "type", "amount"]
Found = tuple[str, str, int]


def by_pandas(streams: Streams, _: date, out: Path) -> Iterable[Found]:
    """Compare pandas frames."""
    import datacompy
    import pandas as pd

    orders = pd.concat([pd.read_parquet(path, columns=_ORDERS) for path in streams["orders"]])
    receipts = pd.concat([pd.read_parquet(path, columns=_RECEIPTS) for path in streams["channel_transactions"]])
    orders = orders[orders.merchant_order_no.notna()].drop_duplicates("order_id", keep="last")
    receipts = receipts[receipts.type == "payment"].drop_duplicates("transaction_id", keep="last").drop(columns="type")
    orders["fen"] = (pd.to_numeric(orders.buyer_paid_amount) * 100).round().astype("int64")
    receipts["fen"] = (pd.to_numeric(receipts.amount) * 100).round().astype("int64")
    owed = orders[["merchant_order_no", "fen", "order_id", "paid_at"]]
    received = receipts[["merchant_order_no", "fen", "transaction_id"]]
    compared = datacompy.PandasCompare(owed, received, "merchant_order_no", abs_tol=1)
    (out / "report.txt").write_text(compared.report(), encoding="utf-8")
    wrong = compared.intersect_rows[~compared.intersect_rows.fen_match]
    unpaid = compared.intersect_rows[compared.intersect_rows.paid_at.isna()]
    ids = dict(zip(orders.merchant_order_no, orders.order_id, strict=True))
    yield from _judge(
        compared.df1_unq_rows.to_dict("records"), compared.df2_unq_rows.to_dict("records"),
        wrong.to_dict("records"), unpaid.to_dict("records"), ids,
    )  # fmt: skip


def by_polars(streams: Streams, _: date, out: Path) -> Iterable[Found]:
    """Compare Polars frames."""
    import polars as pl
    from datacompy.polars import PolarsCompare

    fen = (pl.col("fen").cast(pl.Decimal(18, 2)) * 100).cast(pl.Int64)
    orders = (
        pl.concat([pl.read_parquet(path, columns=_ORDERS) for path in streams["orders"]])
        .filter(pl.col("merchant_order_no").is_not_null())
        .unique("order_id", keep="last").rename({"buyer_paid_amount": "fen"}).with_columns(fen)
    )  # fmt: skip
    receipts = (
        pl.concat([pl.read_parquet(path, columns=_RECEIPTS) for path in streams["channel_transactions"]])
        .filter(pl.col("type") == "payment")
        .unique("transaction_id", keep="last").drop("type").rename({"amount": "fen"}).with_columns(fen)
    )  # fmt: skip
    compared = PolarsCompare(orders, receipts, ["merchant_order_no"], abs_tol=1)
    (out / "report.txt").write_text(compared.report(), encoding="utf-8")
    both = compared.intersect_rows.rename({"order_id_df1": "order_id", "paid_at_df1": "paid_at"})
    wrong, unpaid = both.filter(~pl.col("fen_match")), both.filter(pl.col("paid_at").is_null())
    ids = dict(zip(orders["merchant_order_no"].to_list(), orders["order_id"].to_list(), strict=True))
    yield from _judge(
        compared.df1_unq_rows.to_dicts(), compared.df2_unq_rows.to_dicts(), wrong.to_dicts(), unpaid.to_dicts(), ids
    )


def _judge(
    only_ordered: list[dict[str, Any]], only_received: list[dict[str, Any]], wrong: list[dict[str, Any]],
    unpaid: list[dict[str, Any]], order_ids: dict[str, str],
) -> Iterator[Found]:  # fmt: skip
    """Name what datacompy tells apart; a receipt that is only on its side and names a known order is one too many."""
    for row in only_ordered:
        if isinstance(row["paid_at"], str):
            yield "OP01", str(row["order_id"]), round(row["fen"])
    for row in only_received:
        order = order_ids.get(str(row["merchant_order_no"]))
        yield ("OP05", order, round(row["fen"])) if order else ("OP02", str(row["transaction_id"]), round(row["fen"]))
    for row in wrong:
        yield "OP03", str(row["order_id"]), abs(round(row["fen_df1"]) - round(row["fen_df2"]))
    for row in unpaid:
        yield "OP04", str(row["order_id"]), round(row["fen_df2"])


if __name__ == "__main__":
    report({"pandas": by_pandas, "polars": by_polars}[sys.argv[4]])
