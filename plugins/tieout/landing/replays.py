"""Replay: what was landed, read again from its bytes with today's readers, after a reader was mended."""

import json
from dataclasses import dataclass
from pathlib import Path

from tieout.core.content import Content
from tieout.core.reading import UnreadableError
from tieout.core.settings import Settings
from tieout.landing import archive, companions, folders, intake
from tieout.landing.archive import Batch
from tieout.landing.arrivals import Arrival
from tieout.landing.deliveries import ChangingError, Evidence
from tieout.landing.folders import Progress
from tieout.landing.rows import GROUP_ROWS
from tieout.sources import STREAMS


@dataclass(frozen=True)
class Replayed:
    """A batch that today's reader reads otherwise. Where it is refused now, `batch` keeps its rows."""

    batch: Batch
    change: str
    refused: bool

    def __str__(self) -> str:
        """Say which file it is and what changed."""
        return f"{self.batch.source}/{self.batch.stream}/{self.batch.file_name}: {self.change}"


def replay(settings: Settings, progress: Progress | None = None) -> list[Replayed]:
    """Rebuild rows and manifest of every landed batch from its content, and say what changed.

    `progress` hears if another landing is waited for. A changed batch keeps its id, so whoever loaded it has to load
    it again. Quarantined deliveries need no replay: every landing reads them again as long as they lie in the inbox.
    """
    with folders.locked(settings, progress or (lambda _: None)):
        replayed = (_replay_one(batch) for batch in archive.batches(settings))
        return [one for one in replayed if one]


def _replay_one(batch: Batch) -> Replayed | None:
    stream = STREAMS.get((batch.source, batch.stream))
    if stream is None:
        return Replayed(batch, "there is no such stream any more; the landed rows stay", refused=True)
    arrivals = archive.read_arrivals(batch.folder)
    evidence = Evidence(Content.at(batch.content_path), batch.sha256, None, Arrival(batch.file_name, batch.modified_at))
    meta = None if batch.meta is None else companions.parse(json.dumps(batch.meta).encode(), "manifest.json")
    try:
        with folders.filled(batch.folder) as made:
            intake.fill(made, stream, evidence, meta, batch_id=batch.batch_id, arrivals=arrivals)
            same_rows = _are_same(made / "rows.parquet", batch.rows_path)
            if same_rows and (made / "manifest.json").read_bytes() == (batch.folder / "manifest.json").read_bytes():
                raise _UnchangedError
    except _UnchangedError:
        return None
    except (UnreadableError, ChangingError) as error:
        return Replayed(batch, f"refused now, the landed rows stay: {error}", refused=True)
    replayed = archive.read_batch(batch.folder)
    return Replayed(replayed, _describe(batch, replayed, same_rows), refused=False)


class _UnchangedError(Exception):
    """Today's reader reads what was read before."""


def _are_same(path: Path, other: Path) -> bool:
    """Compare rows a part at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as one, pq.ParquetFile(other) as two:
        if one.metadata.num_rows != two.metadata.num_rows or not one.schema_arrow.equals(two.schema_arrow):
            return False
        pairs = zip(one.iter_batches(GROUP_ROWS), two.iter_batches(GROUP_ROWS), strict=True)
        return all(mine.equals(theirs) for mine, theirs in pairs)


def _describe(before: Batch, after: Batch, same_rows: bool) -> str:
    figures = {
        "rows": (before.row_count, after.row_count),
        "refused": (before.rejected_count, after.rejected_count),
    }
    changes = [f"{name} {old} to {new}" for name, (old, new) in figures.items() if old != new]
    if not changes:
        changes = ["what is stated about the rows"] if same_rows else ["values of the rows"]
    return "changed: " + ", ".join(changes)
