"""The totals of new batches: how many rows were refused, what a file covers, and how large a day is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tieout.core.business_day import to_business_date
from tieout.quality.volumes import Delivered, volume_share
from tieout.sources import Stream

# Business dates are Shanghai's, which has no summer time.


class LandedBatch(Protocol):
    """What the gate has to know of a batch; tieout.landing's batches have it."""

    @property
    def file_name(self) -> str: ...  # noqa: D102
    @property
    def row_count(self) -> int: ...  # noqa: D102
    @property
    def rejected_count(self) -> int: ...  # noqa: D102
    @property
    def window_from(self) -> date | None: ...  # noqa: D102
    @property
    def window_to(self) -> date | None: ...  # noqa: D102
    @property
    def account(self) -> str | None: ...  # noqa: D102
    @property
    def delivered_at(self) -> str: ...  # noqa: D102
    @property
    def modified_at(self) -> str: ...  # noqa: D102
    @property
    def delivery_rank(self) -> str: ...  # noqa: D102
    @property
    def rows_path(self) -> Path: ...  # noqa: D102


def lay_out(
    landed: Mapping[Stream, Sequence[LandedBatch]],
    connection: psycopg.Connection[Any],
    rules: Sequence[str],
    tolerance: Callable[[Stream, str], Decimal],
) -> Iterator[dict[str, Any]]:
    """Give a row for each batch: `subject` (source/stream), `place` (the file), the measures, and each rule's bound.

    The measures are those that `expectations.raw.MEASURES` names for batches.
    """
    for stream, batches in landed.items():
        limits = {rule: float(tolerance(stream, rule)) for rule in rules}
        for measures in _measure(stream, batches, _delivered_before(connection, stream)):
            yield limits | measures


def _measure(
    stream: Stream, batches: Sequence[LandedBatch], before: Sequence[Delivered]
) -> Iterator[dict[str, str | float | None]]:
    known = [*before, *(_delivered(batch) for batch in batches)]
    for batch in batches:
        yield {
            "subject": f"{stream.source}/{stream.name}",
            "place": batch.file_name,
            "rejected_share": batch.rejected_count / max(1, batch.row_count + batch.rejected_count),
            "window_impossible": float(_is_impossible(batch)),
            "window_future": float(_is_future(batch)),
            "volume_share": volume_share(_delivered(batch), known),
        }


def _is_impossible(batch: LandedBatch) -> bool:
    if batch.window_from is None or batch.window_to is None:
        return batch.window_from != batch.window_to
    return batch.window_from > batch.window_to


def _is_future(batch: LandedBatch) -> bool:
    # A date in the file's name may be the first day that it covers; the file is no older than its modification.
    delivered_on = max(to_business_date(batch.delivered_at), to_business_date(batch.modified_at))
    return batch.window_to is not None and batch.window_to > delivered_on


def _delivered(batch: LandedBatch) -> Delivered:
    return Delivered(batch.account, batch.window_from, batch.window_to, batch.row_count, batch.delivery_rank)


def _delivered_before(connection: psycopg.Connection[Any], stream: Stream) -> list[Delivered]:
    rows = connection.execute(
        "select account, window_from, window_to, row_count, delivery_rank from raw.batches"
        " where source = %s and stream = %s",
        (stream.source, stream.name),
    )
    return [Delivered(*row) for row in rows]
