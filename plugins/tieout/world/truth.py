"""The answer key: every fault, all that only looks like one, what is merely late, and what follows from a fault."""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tieout.world.life import Order, fen

COLUMNS = (
    "fault_id", "code", "kind", "entity_type", "entity_id", "platform", "channel", "account_id", "order_id",
    "after_sale_id", "refund_id", "batch_id", "payout_id", "bank_line_id", "document_id", "source_day", "currency",
    "amount", "from_on", "until_on", "note",
)  # fmt: skip
FAULT, LOOKALIKE, TIMING, CONSEQUENCE = "fault", "lookalike", "timing", "consequence"


class Truth:
    """Collects the rows of `truth.csv`.

    A `fault` must be reported from `from_on` until the day before `until_on`, a `lookalike` never. A `timing` row may
    be shown by its code between those days; a `consequence` follows from a fault of a file and may be shown or not.
    """

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self.rows: list[dict[str, str]] = []

    def add(
        self,
        code: str,
        kind: str,
        entity: tuple[str, str],
        *,
        from_on: date,
        note: str,
        amount: int | None = None,
        until_on: date | None = None,
        order: Order | None = None,
        ids: Mapping[str, str] | None = None,
    ) -> None:
        """Note one row; `entity` is (type, id), `amount` the difference in fen, None where money says nothing.

        `ids` are further columns; those of an order and its channel are filled in from the order.
        """
        row = dict.fromkeys(COLUMNS, "") | {"currency": "CNY"}
        if order is not None:
            row |= {"platform": order.platform, "order_id": order.order_id}
            if order.payments:
                row |= {"channel": order.payments[0].channel, "account_id": order.payments[0].account}
        self.rows.append(
            row
            | {
                "fault_id": f"{code}-{len(self.rows) + 1:05d}",
                "code": code,
                "kind": kind,
                "entity_type": entity[0],
                "entity_id": entity[1],
                "amount": "" if amount is None else fen(abs(amount)),
                "from_on": from_on.isoformat(),
                "until_on": until_on.isoformat() if until_on else "",
                "note": note,
            }
            | dict(ids or {})
        )

    def count(self, kind: str) -> dict[str, int]:
        """Count the rows of a kind by code."""
        return dict(sorted(Counter(row["code"] for row in self.rows if row["kind"] == kind).items()))

    def write(self, path: Path) -> None:
        """Write the answer key as CSV in UTF-8."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)
