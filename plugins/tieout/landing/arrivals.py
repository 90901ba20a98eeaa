"""Under which names and when a content arrived, and which of two deliveries is the later one, without a clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tieout.core.business_day import SHANGHAI

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMED_DATE = re.compile(r"(?<!\d)(?:20\d{6}|20\d{2}-\d{2}-\d{2})(?!\d)")


@dataclass(frozen=True, order=True)
class Arrival:
    """A name under which a content arrived (its path below the stream's folder) and when that file was last modified.

    `modified_at` is in UTC ISO with microseconds; where a `.meta.json` came along it is the later one of the two.
    """

    file_name: str
    modified_at: str


@dataclass(frozen=True)
class Delivered:
    """The smallest of a content's arrivals, when it counts as delivered, and its place among all deliveries.

    `rank` sorts as plain text (code points; in SQL under the collation "C"): delivered at, modified at, name without
    its extension, sha256. Because the smallest arrival counts, the order in which names arrive changes nothing.
    """

    file_name: str
    modified_at: str
    at: str
    rank: str


def to_modified_at(nanoseconds: int) -> str:
    """Write a file's modification time in UTC ISO with microseconds, so that it sorts as text."""
    return _in_utc(_EPOCH + timedelta(microseconds=nanoseconds // 1000))


def to_instant(text: str) -> str:
    """Write an ISO 8601 time in UTC with microseconds; a bare date stays `YYYY-MM-DD`. Raises ValueError otherwise."""
    stated = text.strip().replace("/", "-")
    if len(stated) <= 10:
        return date.fromisoformat(stated).isoformat()
    moment = datetime.fromisoformat(stated)
    return _in_utc(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))


def to_delivered(arrivals: Iterable[Arrival], exported_at: str | None, sha256: str) -> Delivered:
    """Choose the smallest arrival of a content; `exported_at` is what the file or its meta states, if anything."""
    return min((_deliver(arrival, exported_at, sha256) for arrival in arrivals), key=lambda one: one.rank)


def _deliver(arrival: Arrival, exported_at: str | None, sha256: str) -> Delivered:
    name = arrival.file_name.rsplit("/", 1)[-1]
    at = _stated(exported_at) or _named_date(name) or arrival.modified_at
    # A bare date is padded to the width of an instant: '|' would sort after the 'T' of the same day.
    sortable = at if len(at) > 10 else f"{at}T00:00:00.000000Z"
    stem = arrival.file_name.rpartition(".")[0] if "." in name else arrival.file_name
    return Delivered(arrival.file_name, arrival.modified_at, at, f"{sortable}|{arrival.modified_at}|{stem}|{sha256}")


def _stated(exported_at: str | None) -> str | None:
    # A file may state its export time in a form of its own; what is not understood does not decide an order.
    try:
        return to_instant(exported_at) if exported_at else None
    except ValueError:
        return None


def _named_date(name: str) -> str | None:
    for text in reversed(_NAMED_DATE.findall(name)):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            continue
    return None


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
