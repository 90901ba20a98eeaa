"""Two weeks of a merchant, published twice, with people's notes and files that wait; and a backup of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tieout import warehouse, world
from tieout.backup import backup
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.warehouse import embedded

LAST = date(2026, 5, 14)
WAITING = {
    "open/refunds/late.csv": b"platform,refund_id\n",
    "open/refunds/still.csv.part": b"half of",
    "open/refunds/\xe9t\xe9.csv".encode("latin-1").decode("utf-8", "surrogateescape"): b"a name that is not UTF-8",
    "nobody/knows/this.csv": b"what is it",
}


@dataclass(frozen=True)
class Kept:
    """A home to be read only, and an archive of it."""

    home: Settings
    archive: Path


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    settings = Settings(tmp_path_factory.mktemp("kept"))
    world.write(600, 14, 5, settings.home)
    for day in (date(2026, 5, 12), LAST):
        assert run_day(settings, day).outcome == "published"
    with warehouse.connect(settings) as connection:
        connection.execute(
            "create table casework.notes (note_id bigint generated always as identity primary key, note text);"
            "insert into casework.notes (note) values ('asked the bank'), ('问过银行')"
        )
    for name, content in WAITING.items():
        path = settings.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    made = backup(settings, tmp_path_factory.mktemp("backups"))
    yield Kept(settings, made.path)
    embedded.remove(settings)
