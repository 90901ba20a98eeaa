"""How many rows a day a delivery has, beside what was usual just before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

RECENT = 28
"""Windows that count as the recent past: four weeks of day files."""
_ENOUGH = 5
# Fewer windows than this say nothing about what is usual.
_FLOOR = 20
# Below twenty rows a day chance alone halves or doubles a count.


@dataclass(frozen=True)
class Delivered:
    """A batch's size and the days it covers (both included); without days it is compared delivery by delivery."""

    account: str | None
    window_from: date | None
    window_to: date | None
    row_count: int
    delivery_rank: str

    @property
    def rows_per_day(self) -> float:
        """The rows of the window spread over its days."""
        if self.window_from is None or self.window_to is None:
            return float(self.row_count)
        return self.row_count / max(1, (self.window_to - self.window_from).days + 1)

    def precedes(self, other: "Delivered") -> bool:
        """Tell whether this is wholly before the other: by days where both have them, else by delivery."""
        if self.window_to is not None and other.window_from is not None:
            return self.window_to < other.window_from
        return self.window_to is None and other.window_from is None and self.delivery_rank < other.delivery_rank


def volume_share(batch: Delivered, known: Sequence[Delivered]) -> float | None:
    """Give the batch's rows a day as a share of the recent median of the same account; None where that is unknown.

    Of several deliveries of one window the latest counts.
    """
    latest: dict[object, Delivered] = {}
    for other in sorted(known, key=lambda other: other.delivery_rank):
        if other.account == batch.account and other.precedes(batch):
            window = (other.window_from, other.window_to)
            latest[window if other.window_to else other.delivery_rank] = other
    recent = sorted(latest.values(), key=lambda other: (other.window_to or date.min, other.delivery_rank))[-RECENT:]
    if len(recent) < _ENOUGH:
        return None
    usual = median(other.rows_per_day for other in recent)
    return batch.rows_per_day / usual if usual >= _FLOOR else None
