"""What of a home folder goes into a backup: what landed, was refused, is configured, and still waits to land."""

import os
from collections.abc import Iterator
from pathlib import Path

from tieout.backup.archive import FOLDERS
from tieout.core.reading import UnreadableError
from tieout.core.settings import Settings
from tieout.landing import archive, companions, deliveries
from tieout.landing.deliveries import ChangingError, Delivery
from tieout.landing.folders import LOCKS, Progress


def files(settings: Settings, progress: Progress) -> Iterator[tuple[str, Path]]:
    """List the files with the names they get in the archive. The caller holds landing's lock.

    A file of the inbox stays out when landing holds its bytes together with the name and time it arrived under: a
    restored home knows it already. Refused files come along, because every landing reads them again.
    """
    for folder in FOLDERS:
        root = settings.home / folder
        listed = _list_waiting(root, settings, progress) if folder == "inbox" else _walk(root)
        for path in sorted(listed):
            yield f"home/{folder}/{path.relative_to(root).as_posix()}", path


def _walk(root: Path) -> Iterator[Path]:
    for place, _, names in os.walk(root):
        for name in names:
            path = Path(place, name)
            if name not in LOCKS and path.is_file():
                yield path


def _list_waiting(inbox: Path, settings: Settings, progress: Progress) -> set[Path]:
    if not inbox.is_dir():
        return set()
    waiting = set(_walk(inbox))
    for delivery in deliveries.walk(inbox)[0]:
        own = {path for path in (delivery.path, delivery.companion) if path}
        try:
            if _is_landed(settings, delivery):
                waiting -= own
            else:
                # Those below a linked folder are no files of the walk.
                waiting |= own
        except ChangingError as error:
            progress(f"left out: {delivery.stream.source}/{delivery.stream.name}/{delivery.file_name} {error}")
            waiting -= own
    return waiting


def _is_landed(settings: Settings, delivery: Delivery) -> bool:
    evidence = deliveries.collect(delivery)
    stated: str | None = None
    if delivery.companion and evidence.companion is not None:
        try:
            stated = companions.parse(evidence.companion, delivery.companion.name).stated
        except UnreadableError:
            return False
    batch_id = archive.to_delivery_id(delivery.stream, evidence.sha256, stated)
    folder = archive.to_folder(settings, delivery.stream, batch_id)
    return folder.exists() and evidence.arrival in archive.read_arrivals(folder)
