"""The folder the world writes into, laid out as an inbox: `<source>/<stream>/<file>`."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

from tieout.world import open as open_files
from tieout.world.open import Row


class Inbox:
    """Writes files and counts them by `source/stream`."""

    def __init__(self, folder: Path) -> None:
        """Write below a folder, which is made as needed."""
        self._folder = folder
        self.files: Counter[str] = Counter()

    def put(self, source: str, stream: str, name: str, content: bytes, meta: bytes | None = None) -> None:
        """Write one file, and beside it what its sender says of it."""
        folder = self._folder / source / stream
        if not self.files[f"{source}/{stream}"]:
            folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        if meta is not None:
            (folder / f"{name.rpartition('.')[0]}.meta.json").write_bytes(meta)
        self.files[f"{source}/{stream}"] += 1

    def put_open(self, entity: str, day: date, rows: list[Row], first: date | None = None) -> None:
        """Write a day's file of an open entity, and that it covers the day (from `first` on where given)."""
        meta = open_files.as_meta(first or day, day, len(rows), exported_at(day))
        self.put("open", entity, f"{entity}_{day:%Y%m%d}.csv", open_files.as_csv(entity, rows), meta)


def exported_at(day: date, after: int = 1) -> datetime:
    """Give the instant at which a day's file is written: so many days later, in the morning."""
    return datetime.combine(day + timedelta(days=after), time(9, 41, 12))
