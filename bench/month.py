"""A made-up month in the open format, quick and in bounded memory: `python -m bench.month 1000000 --out FOLDER`.

An honest merchant by the definitions of the format and the codes, about eight rows an order: two platforms paid through
channels, two that settle; with planted faults of the order, refund, settlement and bank legs, and `truth.csv` that says
which. It shares no code with what it feeds, and is the same for the same plan. Orders stand in their final state in the
delivery of their day, as in an export that was made later.
"""

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from bench import cash, goods_and_books, money
from bench.planting import ORDER_CODES, Key, plant
from bench.purchases import Plan, Skew, draw

_OURS = ("fen", "owner")
"""Columns that are for adding up and are not delivered."""


@dataclass(frozen=True)
class Written:
    """What was written: rows by entity, and how many faults."""

    rows: dict[str, int]
    faults: int


class Diary:
    """What is still to be delivered, by day; each day is written and forgotten."""

    def __init__(self, plan: Plan, out: Path, last_out: Path) -> None:
        """Take where the deliveries go; those of the last day may go elsewhere."""
        self._plan, self._out, self._last_out = plan, out, last_out
        self._days: dict[int, dict[str, list[pa.Table]]] = defaultdict(lambda: defaultdict(list))
        self._empty: dict[str, pa.Table] = {}
        self.rows: dict[str, int] = defaultdict(int)

    def note(self, entity: str, day: np.ndarray, table: pa.Table) -> None:
        """Keep rows until their day; what comes after the end is never delivered."""
        order = np.argsort(day, kind="stable")
        ordered = day[order]
        for one in np.unique(day):
            begin, stop = np.searchsorted(ordered, [one, one + 1])
            if one < self._plan.days:
                whole = stop - begin == len(day)
                part = table if whole else table.take(pa.array(order[begin:stop]))
                self._days[int(one)][entity].append(part)

    def take(self, day: int, entity: str) -> pa.Table | None:
        """What was noted for a day; it is not noted any longer."""
        parts = self._days[day].pop(entity, None)
        return pa.concat_tables(parts) if parts else None

    def write(self, day: int, entity: str, table: pa.Table | None) -> None:
        """Deliver an entity's day; an empty one once its columns are known, so that it is confirmed."""
        table = self._empty.get(entity) if table is None else table.drop_columns(
            [one for one in _OURS if one in table.column_names]
        )  # fmt: skip
        if table is None:
            return
        self._empty[entity] = table.slice(0, 0)
        on = str(self._plan.first + timedelta(days=day))
        self._put(self._last_out if day == self._plan.days - 1 else self._out, entity, f"{entity}_{on}", on, on, table)

    def write_all(self, entity: str, table: pa.Table) -> None:
        """Deliver what holds for the whole time."""
        self._put(self._out, entity, entity, str(self._plan.first), str(self._plan.last), table)

    def _put(self, out: Path, entity: str, name: str, first: str, last: str, table: pa.Table) -> None:
        folder = out / entity
        folder.mkdir(parents=True, exist_ok=True)
        self.rows[entity] += table.num_rows
        pyarrow.csv.write_csv(table, folder / f"{name}.csv", pyarrow.csv.WriteOptions(quoting_style="needed"))
        meta: dict[str, object] = {"from": first, "to": last, "rows": table.num_rows}
        if "amount" in table.column_names:
            total = pc.sum(table["amount"].cast(pa.decimal128(18, 2))).as_py()
            meta["total_amount"] = str(total or "0.00")
        (folder / f"{name}.meta.json").write_text(json.dumps(meta), encoding="utf-8")

    def days_of(self, day: int) -> list[str]:
        """The entities noted for a day."""
        return sorted({*self._days[day], *self._empty})


def write(plan: Plan, folder: Path, last_out: Path | None = None) -> Written:
    """Write `inbox/open/…` and `truth.csv` into a folder; the last day's deliveries below `last_out` if it is given."""
    inbox = folder / "inbox" / "open"
    diary, key = Diary(plan, inbox, last_out / "open" if last_out else inbox), Key()
    missing = dict.fromkeys(ORDER_CODES, plan.faults)
    money_left = cash.Cash(plan, key)
    diary.write_all("products", goods_and_books.catalogue())
    diary.write_all("contracts", money.contracts(plan))
    for day in range(plan.days):
        drawn = draw(plan, day)
        plant(plan, drawn, missing)
        for entity, when, table in (
            *goods_and_books.write_purchases(plan, drawn),
            *money.write_transactions(plan, drawn, key),
            *money.write_settlement(plan, drawn, key),
        ):
            diary.note(entity, when, table)
        _close(plan, diary, money_left, day)
    _write_key(folder / "truth.csv", key)
    return Written(dict(diary.rows), len(key.answers))


def _close(plan: Plan, diary: Diary, money_left: cash.Cash, day: int) -> None:
    """End a day: wallets, batches, payouts, the bank, the books; then deliver it."""
    paid = []
    moves = diary.take(day, "wallet_lines")
    if moves is not None:
        wallet, paid = money_left.close_wallets(day, moves)
        diary.write(day, "wallet_lines", wallet)
    settled = diary.take(day, "settlement_lines")
    for payout in money_left.close_batches(day, settled):
        diary.note("payouts", np.array([day + 1]), pa.Table.from_pylist([payout], _payout_schema()))
    diary.write(day, "settlement_lines", settled)
    if paid:
        diary.note("payouts", np.full(len(paid), day), pa.Table.from_pylist(paid, _payout_schema()))
    payouts = diary.take(day, "payouts")
    if payouts is not None:
        diary.note("erp_documents", np.full(payouts.num_rows, day), cash.receipts(payouts))
    diary.write(day, "payouts", payouts)
    booked = money_left.book_bank(day)
    diary.write(day, "bank_lines", pa.Table.from_pylist(booked) if booked else None)
    documents = diary.take(day, "erp_documents")
    diary.write(day, "erp_documents", documents)
    diary.write(day, "ledger_lines", cash.ledger(documents) if documents is not None else None)
    for entity in diary.days_of(day):
        if entity not in _CLOSED:
            diary.write(day, entity, diary.take(day, entity))


_CLOSED = {"wallet_lines", "settlement_lines", "payouts", "bank_lines", "erp_documents", "ledger_lines"}


def _payout_schema() -> pa.Schema:
    names = ("platform", "payout_id", "account_id", "batch_id", "amount", "carried_in_amount", "currency", "due_on",
             "paid_on", "bank_account_id", "bank_reference", "status")  # fmt: skip
    return pa.schema([(name, pa.string()) for name in names])


def _write_key(path: Path, key: Key) -> None:
    lines = [f"{code},{one},{fen // 100}.{fen % 100:02}" for code, one, fen in sorted(key.answers)]
    path.write_text("\n".join(["code,entity_id,amount", *lines, ""]), encoding="utf-8")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options that make a plan."""
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, help="of each code; default: one in 10,000 orders, at least 2")
    for name, text in (
        ("one-buyer", "orders of one buyer"), ("one-payout", "orders in one payout"),
        ("equal-amounts", "orders of one amount on one day"), ("empty-references", "receipts that name no order"),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=0, help=text)


def plan_of(options: argparse.Namespace, orders: int) -> Plan:
    """Make a plan of what was asked for."""
    skew = Skew(options.one_buyer, options.one_payout, options.equal_amounts, options.empty_references)
    faults = default_faults(orders) if options.faults is None else options.faults
    return replace(Plan(orders), days=options.days, seed=options.seed, faults=faults, skew=skew)


def default_faults(orders: int) -> int:
    """How many of each code a month of this size has."""
    return max(2, orders // 10_000)


def main() -> None:
    """Write a month and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("orders", type=int)
    parser.add_argument("--out", type=Path, required=True)
    add_options(parser)
    options = parser.parse_args()
    written = write(plan_of(options, options.orders), options.out)
    for entity, count in written.rows.items():
        print(f"{entity:<22}{count:>12,}")
    print(f"{'rows':<22}{sum(written.rows.values()):>12,}\nplanted faults {written.faults}")


if __name__ == "__main__":
    main()
