"""Landing: every file of the inbox becomes a batch, is known already or is quarantined; none stops the others."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from tieout.core import content as limits
from tieout.core.errors import TieoutError
from tieout.core.reading import Reading, UnreadableError
from tieout.core.settings import Settings
from tieout.landing import archive, companions, deliveries, folders, quarantine, workers
from tieout.landing.archive import Batch
from tieout.landing.arrivals import Arrival
from tieout.landing.companions import Companion
from tieout.landing.deliveries import ChangingError, Delivery, Evidence, Ignored
from tieout.landing.folders import Progress
from tieout.landing.quarantine import Finding
from tieout.landing.rows import RowsWriter
from tieout.sources import Stream


@dataclass(frozen=True)
class LandingResult:
    """What one landing did. `known` had been landed before; `quarantined` was refused in this run and is still open.

    `ignored` are files that are no delivery, and what of a companion nothing checks: path and reason.
    """

    new: list[Batch] = field(default_factory=list)
    known: list[Batch] = field(default_factory=list)
    quarantined: list[Finding] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)


_Outcome = Literal["new", "known", "quarantined"]


@dataclass(frozen=True)
class _Taken:
    """What became of one delivery; without a folder it is left for the next landing."""

    folder: Path | None
    outcome: _Outcome
    ignored: list[Ignored]


def land(
    settings: Settings, inbox: Path | None = None, progress: Progress | None = None, source: str | None = None
) -> LandingResult:
    """Land what lies in `inbox` (by default the settings' own), `<source>/<stream>/` with files at any depth.

    With `source`, only what that source delivered.

    The result on disk depends only on which files came, not on their order, on repetitions or on kills in between.
    `progress` hears of every file that is not known already. Another landing at work is waited for. Much is read by
    processes that import the calling script: one of yours calls this below `if __name__ == "__main__"`, else its
    processes wait for it and it for them. Raises TieoutError where there is no such inbox.
    """
    say = progress or (lambda _: None)
    root = inbox or settings.inbox
    if not root.is_dir():
        raise TieoutError(f"There is no inbox {root}: create it and put files into <source>/<stream>/ below it.")
    outcomes: dict[Path, _Outcome] = {}
    with folders.locked(settings, say):
        found, ignored = deliveries.walk(root, source)
        size = sum(map(deliveries.to_size, found))
        for taken in workers.take_all(partial(_take_one, settings, root), found, size, settings, say):
            ignored += taken.ignored
            # A content under two names of one inbox is new once.
            if taken.folder and outcomes.get(taken.folder, "known") == "known":
                outcomes[taken.folder] = taken.outcome
        refused = {folder for folder, outcome in outcomes.items() if outcome == "quarantined"}
        return LandingResult(
            new=[archive.read_batch(folder) for folder, outcome in outcomes.items() if outcome == "new"],
            known=[archive.read_batch(folder) for folder, outcome in outcomes.items() if outcome == "known"],
            quarantined=[one for one in quarantine.findings(settings) if one.folder in refused] if refused else [],
            ignored=ignored,
        )


def _take_one(settings: Settings, root: Path, delivery: Delivery, say: Progress) -> "_Taken":
    place = f"{delivery.stream.source}/{delivery.stream.name}/{delivery.file_name}"
    ignored: list[Ignored] = []
    try:
        evidence = deliveries.collect(delivery)
        with folders.alone_with(settings, evidence.sha256):
            folder, outcome = _take(settings, delivery, evidence, ignored, partial(_tell_rows, say, place))
    except ChangingError as changing:
        say(f"{place} {changing}")
        return _Taken(None, "known", [(root / place, str(changing))])
    if outcome != "known":
        say(f"{place}: {outcome}")
    return _Taken(folder, outcome, ignored)


def _tell_rows(say: Progress, place: str, rows: int) -> None:
    say(f"{place}: {rows:,} rows so far")


def fill(
    made: Path,
    stream: Stream,
    evidence: Evidence,
    companion: Companion | None,
    *,
    batch_id: str,
    arrivals: Iterable[Arrival],
    tell: Callable[[int], None] = lambda _: None,
) -> None:
    """Fill a batch's folder: read the delivery with today's reader, hold it against its companion, and copy it.

    `tell` hears of the rows so far. Raises UnreadableError, and ChangingError where the content is another one by now.
    """
    adds_up = companion is not None and companion.total_amount is not None
    with RowsWriter(made / "rows.parquet", stream, adds_up=adds_up, tell=tell) as writer:
        reading = _read(stream, evidence, companion, writer)
        if companion:
            companions.check(stream, companion, reading, writer.row_count, writer.total)
    folders.seal(made / "rows.parquet")
    if folders.copy(made / "content", evidence.content) != evidence.sha256:
        raise ChangingError("has changed while it was read: it is taken by the next landing")
    manifest = archive.to_manifest(
        batch_id, stream, evidence, companion=companion, reading=reading, row_count=writer.row_count
    )
    folders.write(made / "manifest.json", folders.to_json(manifest))
    archive.write_arrivals(made, arrivals)


def _read(stream: Stream, evidence: Evidence, companion: Companion | None, writer: RowsWriter) -> Reading:
    content = evidence.content
    if content.size > limits.MAX_BYTES:
        size = f"{content.size} bytes, the limit is {limits.MAX_BYTES}"
        raise UnreadableError("oversized", f"the file has {size}: have it exported in parts, by day for instance")
    if not content.size and companion and companion.confirms_nothing_came:
        return Reading(stream.columns, ())
    try:
        reading = stream.read(content, writer.take)
        writer.wait()
    except (UnreadableError, TieoutError):
        raise
    # One file that a reader stumbles over must not keep the others out, whatever the fault is.
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise UnreadableError(
            "unreadable", f"the reader failed on it ({what}): this is a fault of the reader, report it with the file"
        ) from error
    return reading


def _take(
    settings: Settings, delivery: Delivery, evidence: Evidence, ignored: list[Ignored], tell: Callable[[int], None]
) -> tuple[Path, _Outcome]:
    stream = delivery.stream
    companion: Companion | None = None
    stated: str | None = None
    try:
        if delivery.companion and evidence.companion is not None:
            # What is no meta is still part of the delivery's identity: mended, it is another delivery.
            stated = hashlib.sha256(evidence.companion).hexdigest()
            companion = companions.parse(evidence.companion, delivery.companion.name)
            stated = companion.stated
        folder = archive.to_folder(settings, stream, archive.to_delivery_id(stream, evidence.sha256, stated))
        if folder.exists():
            archive.record_arrival(folder, evidence.arrival)
            return folder, "known"
        if delivery.path is None:
            _confirm(companion)
        with folders.filled(folder) as made:
            fill(made, stream, evidence, companion, batch_id=folder.name, arrivals=[evidence.arrival], tell=tell)
    except UnreadableError as error:
        finding_id = archive.to_delivery_id(stream, evidence.sha256, stated)
        return quarantine.keep(
            settings, finding_id, delivery, evidence, companion=companion, error=error
        ), "quarantined"
    if delivery.companion and companion:
        ignored.extend((delivery.companion, remark) for remark in companions.list_unchecked(stream, companion))
    return folder, "new"


def _confirm(companion: Companion | None) -> None:
    if companion and companion.confirms_nothing_came:
        return
    if companion and companion.rows == 0:
        what = "it states 0 rows but not of which days: add 'from' and 'to'"
    else:
        what = "the file it describes has not come: send it under the same name"
    raise UnreadableError("empty", what)
