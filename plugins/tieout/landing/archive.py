"""Batches: what was accepted, one immutable folder each, `landing/<source>/<stream>/<batch_id>/`.

content         the bytes as received
rows.parquet    the stream's declared columns as text, `unknown_columns`, and each row's lineage (see `rows`)
manifest.json   what was received and read, the refused rows, what file and companion state
arrivals.json   every name and modification time it arrived under: the only file that may grow
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieout.core.reading import Reading, Rejection
from tieout.core.settings import Settings
from tieout.landing import folders
from tieout.landing.arrivals import Arrival, to_delivered
from tieout.landing.companions import Companion
from tieout.landing.deliveries import Evidence
from tieout.sources import Stream

if TYPE_CHECKING:
    import pyarrow

FORMAT_VERSION = 1
_AS_WRITTEN = (
    *("batch_id", "source", "stream", "sha256", "byte_size", "row_count", "rejected_count"),
    *("account", "exported_at", "totals", "meta"),
)


@dataclass(frozen=True)
class Batch:
    """One delivery that was accepted, as its folder says.

    `row_count` rows were landed and `rejected_count` refused; together they are the rows of the file. The window has
    both days included. `unknown` are columns that the stream does not declare. `file_name` is the smallest of
    `file_names`, a path below the stream's folder. `meta` is what its companion states, if it has one.
    """

    batch_id: str
    source: str
    stream: str
    folder: Path
    file_name: str
    sha256: str
    byte_size: int
    row_count: int
    rejected_count: int
    window_from: date | None
    window_to: date | None
    account: str | None
    exported_at: str | None
    delivered_at: str
    delivery_rank: str
    totals: dict[str, str]
    rejected: tuple[Rejection, ...]
    header: tuple[str, ...]
    unknown: tuple[str, ...]
    modified_at: str
    file_names: tuple[str, ...]
    meta: dict[str, Any] | None

    @property
    def rows_path(self) -> Path:
        """The batch's rows.parquet."""
        return self.folder / "rows.parquet"

    @property
    def content_path(self) -> Path:
        """The bytes as received."""
        return self.folder / "content"


def to_delivery_id(stream: Stream, sha256: str, stated: str | None) -> str:
    """Name a delivery: the first 16 hex digits of the sha256 of stream, content hash and canonical companion, if any.

    The companion counts because it changes what the content is held against and which days it confirms. The stream
    counts because one content may be due in two of them (a combined export, two confirmed empty days).
    """
    return hashlib.sha256("\n".join((f"{stream.source}/{stream.name}", sha256, stated or "")).encode()).hexdigest()[:16]


def to_folder(settings: Settings, stream: Stream, batch_id: str) -> Path:
    """Give a batch's folder, whether it exists or not."""
    return settings.landing / stream.source / stream.name / batch_id


def to_manifest(
    batch_id: str,
    stream: Stream,
    evidence: Evidence,
    *,
    companion: Companion | None,
    reading: Reading,
    row_count: int,
) -> dict[str, Any]:
    """Say what was received and read. Names and times are not in it: they may grow, a manifest may not."""
    window = companion.window if companion and companion.window else reading.window
    return {
        "format_version": FORMAT_VERSION,
        "batch_id": batch_id,
        "source": stream.source,
        "stream": stream.name,
        "sha256": evidence.sha256,
        "byte_size": evidence.content.size,
        "row_count": row_count,
        "rejected_count": len(reading.rejected),
        "window_from": window[0].isoformat() if window else None,
        "window_to": window[1].isoformat() if window else None,
        "account": reading.account or (companion.account if companion else None),
        "exported_at": reading.exported_at or (companion.exported_at if companion else None),
        "totals": dict(reading.totals),
        "header": list(reading.header),
        "columns": list(stream.columns),
        "unknown_columns": [name for name in reading.columns if name not in stream.columns],
        "meta": json.loads(companion.stated) if companion else None,
        "rejected": [asdict(rejection) for rejection in reading.rejected],
    }


def write_arrivals(folder: Path, arrivals: Iterable[Arrival]) -> None:
    """Write the names and times under which a content arrived, in their order."""
    folders.rewrite(folder / "arrivals.json", folders.to_json([asdict(arrival) for arrival in sorted(arrivals)]))


def record_arrival(folder: Path, arrival: Arrival) -> None:
    """Note one more name, or the same name at another time, under which a content arrived."""
    write_arrivals(folder, {*read_arrivals(folder), arrival})


def read_arrivals(folder: Path) -> list[Arrival]:
    """List the names and times under which a content arrived."""
    return [Arrival(**entry) for entry in json.loads((folder / "arrivals.json").read_bytes())]


def batches(settings: Settings, source: str | None = None) -> list[Batch]:
    """List all landed batches (of one source) as the disk has them, by source, stream and order of delivery."""
    found = (read_batch(folder) for folder in folders.members(settings.landing, source))
    return sorted(found, key=lambda batch: (batch.source, batch.stream, batch.delivery_rank, batch.batch_id))


def read_batch(folder: Path) -> Batch:
    """Read one batch from its folder."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    arrivals = read_arrivals(folder)
    delivered = to_delivered(arrivals, manifest["exported_at"], manifest["sha256"])
    return Batch(
        **{name: manifest[name] for name in _AS_WRITTEN},
        folder=folder,
        file_name=delivered.file_name,
        window_from=to_date(manifest["window_from"]),
        window_to=to_date(manifest["window_to"]),
        delivered_at=delivered.at,
        delivery_rank=delivered.rank,
        rejected=tuple(Rejection(**entry) for entry in manifest["rejected"]),
        header=tuple(manifest["header"]),
        unknown=tuple(manifest["unknown_columns"]),
        modified_at=delivered.modified_at,
        file_names=tuple(sorted({arrival.file_name for arrival in arrivals})),
    )


def read_rows(batch: Batch) -> "pyarrow.Table":
    """Read all of a batch's rows at once; see `rows.RowsWriter` for the columns."""
    import pyarrow.parquet as pq

    return pq.read_table(batch.rows_path)


def to_date(text: str | None) -> date | None:
    """Read an ISO date that may be absent."""
    return date.fromisoformat(text) if text else None
