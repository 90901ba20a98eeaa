"""The quarantine: deliveries that cannot be trusted, each with the finding that says why and what to do.

`quarantine/<source>/<stream>/<id>/` holds `content` (not for a file over the size limit, which stays in the inbox),
`finding.json` and `arrivals.json`. Nothing is ever deleted; what a later delivery put right is no longer reported.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tieout.core import content
from tieout.core.reading import UnreadableError
from tieout.core.settings import Settings
from tieout.landing import archive, companions, folders
from tieout.landing.archive import Batch, to_date
from tieout.landing.arrivals import to_delivered
from tieout.landing.companions import Companion
from tieout.landing.deliveries import ChangingError, Delivery, Evidence


@dataclass(frozen=True)
class Finding:
    """A delivery that was refused: why, where, and what to do, in words for a person.

    `reason` is one of UnreadableError's codes. Window (both days included) and account are what is known of what the
    file covers. `awaited` says that a companion came without the file it describes.
    """

    finding_id: str
    source: str
    stream: str
    folder: Path
    file_name: str
    sha256: str
    reason: str
    message: str
    line_number: int | None
    column_name: str | None
    value: str | None
    window_from: date | None
    window_to: date | None
    account: str | None
    delivered_at: str
    delivery_rank: str
    modified_at: str
    file_names: tuple[str, ...]
    awaited: bool


def keep(
    settings: Settings,
    finding_id: str,
    delivery: Delivery,
    evidence: Evidence,
    *,
    companion: Companion | None,
    error: UnreadableError,
) -> Path:
    """Put a refused delivery aside with the reason and give its folder.

    The same delivery is kept once, with what today's reader says of it.
    """
    stream = delivery.stream
    folder = settings.quarantine / stream.source / stream.name / finding_id
    window = error.window or (companion.window if companion else None)
    finding = {
        "finding_id": finding_id,
        "source": stream.source,
        "stream": stream.name,
        "sha256": evidence.sha256,
        "reason": error.reason,
        "message": str(error),
        "line_number": error.line,
        "column_name": error.column,
        "value": error.value,
        "window_from": window[0].isoformat() if window else None,
        "window_to": window[1].isoformat() if window else None,
        "account": error.account,
        "exported_at": companion.exported_at if companion else None,
        "awaited": delivery.path is None,
    }
    if folder.exists():
        folders.rewrite(folder / "finding.json", folders.to_json(finding))
        archive.record_arrival(folder, evidence.arrival)
    else:
        with folders.filled(folder) as made:
            if delivery.path is None:
                folders.write(made / "content", evidence.companion or b"")
            elif (
                evidence.content.size <= content.MAX_BYTES
                and folders.copy(made / "content", evidence.content) != evidence.sha256
            ):
                raise ChangingError("has changed while it was read: it is taken by the next landing")
            folders.write(made / "finding.json", folders.to_json(finding))
            archive.write_arrivals(made, [evidence.arrival])
    return folder


def findings(settings: Settings) -> list[Finding]:
    """List the open findings as the disk has them, by source, stream and order of delivery.

    A finding is closed by its own delivery, once that could be landed, and by a later batch of its stream that has the
    same file name or whose window covers the finding's, for the same account.
    """
    landed: dict[tuple[str, str], list[Batch]] = defaultdict(list)
    for batch in archive.batches(settings):
        landed[batch.source, batch.stream].append(batch)
    found = (read_finding(folder) for folder in folders.members(settings.quarantine))
    still_open = (one for one in found if not _is_superseded(one, landed[one.source, one.stream]))
    return sorted(still_open, key=lambda one: (one.source, one.stream, one.delivery_rank, one.finding_id))


def read_finding(folder: Path) -> Finding:
    """Read one finding from its folder; its message names the file."""
    stated: dict[str, Any] = json.loads((folder / "finding.json").read_bytes())
    arrivals = archive.read_arrivals(folder)
    delivered = to_delivered(arrivals, stated.pop("exported_at"), stated["sha256"])
    # A reader may have named the place in its own words already.
    named = {
        f"line {stated['line_number']}": stated["line_number"],
        f"column {stated['column_name']}": stated["column_name"],
        f"value '{stated['value']}'": stated["value"],
    }
    place = [words for words, what in named.items() if what is not None and _is_unsaid(words, what, stated["message"])]
    fields = stated | {
        "message": f"{', '.join([delivered.file_name, *place])}: {stated['message']}",
        "window_from": to_date(stated["window_from"]),
        "window_to": to_date(stated["window_to"]),
    }
    return Finding(
        **fields,
        folder=folder,
        file_name=delivered.file_name,
        delivered_at=delivered.at,
        delivery_rank=delivered.rank,
        modified_at=delivered.modified_at,
        file_names=tuple(sorted({arrival.file_name for arrival in arrivals})),
    )


def _is_unsaid(words: str, what: int | str, message: str) -> bool:
    sought = words if isinstance(what, int) else what
    return re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", message) is None


def _is_superseded(finding: Finding, landed: list[Batch]) -> bool:
    # A file that could not be read may not have said whose account it is: where a stream has one account, it is that.
    accounts = {batch.account for batch in landed}
    for batch in landed:
        if batch.batch_id == finding.finding_id:
            return True
        if finding.awaited and _brings_what_is_awaited(finding, batch):
            return True
        same_account = batch.account == finding.account or (finding.account is None and len(accounts) == 1)
        if _is_later(batch, finding) and (_has_same_name(finding, batch) or (same_account and _covers(finding, batch))):
            return True
    return False


def _is_later(batch: Batch, finding: Finding) -> bool:
    # A refused file often could not say when it was exported; then only the modification times can be compared.
    if finding.delivered_at == finding.modified_at:
        return batch.modified_at > finding.modified_at
    if batch.delivered_at == batch.modified_at:
        return batch.delivery_rank > finding.delivery_rank
    # Of one day's deliveries a trusted one settles it, in whatever order the files came.
    return batch.delivered_at >= finding.delivered_at


def _has_same_name(finding: Finding, batch: Batch) -> bool:
    return not set(finding.file_names).isdisjoint(batch.file_names)


def _brings_what_is_awaited(finding: Finding, batch: Batch) -> bool:
    # A batch's modification time is not before its companion's: an earlier batch of the same name had another one.
    described = {meta for name in batch.file_names for meta in companions.names_for(name)}
    return batch.modified_at >= finding.modified_at and not described.isdisjoint(finding.file_names)


def _covers(finding: Finding, batch: Batch) -> bool:
    if not (finding.window_from and finding.window_to and batch.window_from and batch.window_to):
        return False
    return batch.window_from <= finding.window_from and finding.window_to <= batch.window_to
