"""Which business days have come: enough to know whether to wait, not what is missing, which the models decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tieout.core.business_day import to_business_date
from tieout.core.settings import Settings
from tieout.landing import archive
from tieout.landing.archive import Batch
from tieout.landing.arrivals import to_instant
from tieout.sources import STREAMS


@dataclass(frozen=True, order=True)
class Expected:
    """What a source has to deliver for every business day: a stream, of one account where accounts deliver apart."""

    source: str
    stream: str
    account: str = ""

    def __str__(self) -> str:
        """Name it for a person: alipay/trade 2088…"""
        return f"{self.source}/{self.stream} {self.account}".strip()


def find_missing(settings: Settings, source: str, expected: Iterable[Expected], day: date) -> list[Expected]:
    """List what has not been landed of a source for a business day.

    A day is there when a delivery says that it covers it, when its name or its arrival is of that day and it says
    nothing, or when it has rows of that day. A delivery that names no account counts for every account.
    """
    awaited = set(expected)
    for batch in archive.batches(settings, source):
        meant = {one for one in awaited if _is_meant(batch, one)}
        if meant and covers(batch, day):
            awaited -= meant
    return sorted(awaited)


def covers(batch: Batch, day: date) -> bool:
    """Tell whether a delivery brings a business day."""
    if batch.window_from and batch.window_to:
        return batch.window_from <= day <= batch.window_to
    return to_business_date(batch.delivered_at) == day or _has_rows_of(batch, day)


def _is_meant(batch: Batch, expected: Expected) -> bool:
    if (batch.source, batch.stream) != (expected.source, expected.stream):
        return False
    return not (batch.account and expected.account) or batch.account == expected.account


def _has_rows_of(batch: Batch, day: date) -> bool:
    import pyarrow.parquet as pq

    column = STREAMS[batch.source, batch.stream].date_column
    if column is None:
        return False
    with pq.ParquetFile(batch.rows_path) as file:
        parts = file.iter_batches(columns=[column])
        return any(_business_date(text) == day for part in parts for text in part.column(0).unique().to_pylist())


def _business_date(text: str | None) -> date | None:
    try:
        instant = to_instant(text or "")
    except ValueError:
        return None
    return to_business_date(instant)
