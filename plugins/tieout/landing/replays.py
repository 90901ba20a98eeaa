"""Replay: what was landed, read again from its bytes with today's readers, after a reader was mended."""

import json
from dataclasses import dataclass

from tieout.core.reading import Reading, UnreadableError
from tieout.core.settings import Settings
from tieout.landing import archive, companions, folders, intake
from tieout.landing.archive import Batch
from tieout.landing.arrivals import Arrival
from tieout.landing.deliveries import Evidence
from tieout.landing.folders import Progress
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
    evidence = Evidence(
        batch.content_path.read_bytes(),
        batch.sha256,
        batch.byte_size,
        None,
        Arrival(batch.file_name, batch.modified_at),
    )
    meta = None if batch.meta is None else companions.parse(json.dumps(batch.meta).encode(), "manifest.json")
    try:
        reading, rows = intake.read(stream, evidence, meta)
    except UnreadableError as error:
        return Replayed(batch, f"refused now, the landed rows stay: {error}", refused=True)
    manifest = folders.to_json(archive.to_manifest(batch.batch_id, stream, evidence, meta, reading))
    same_rows = rows.equals(archive.read_rows(batch))
    if same_rows and manifest == (batch.folder / "manifest.json").read_bytes():
        return None
    archive.write(batch.folder, stream, evidence, companion=meta, reading=reading, rows=rows, arrivals=arrivals)
    return Replayed(archive.read_batch(batch.folder), _describe(batch, reading, same_rows), refused=False)


def _describe(batch: Batch, reading: Reading, same_rows: bool) -> str:
    figures = {
        "rows": (batch.row_count, len(reading.rows)),
        "refused": (batch.rejected_count, len(reading.rejected)),
    }
    changes = [f"{name} {before} to {after}" for name, (before, after) in figures.items() if before != after]
    if not changes:
        changes = ["what is stated about the rows"] if same_rows else ["values of the rows"]
    return "changed: " + ", ".join(changes)
