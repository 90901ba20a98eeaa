"""An archive that is damaged, cut off, foreign or of a later version is refused, and the home stays as it was."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tieout.backup import archive, restore
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.landing.folders import LOCKS

from .conftest import Kept
from .homes import forge, members, places, replace

KINDS = {
    "landed bytes": "home/landing/*/content",
    "landed rows": "home/landing/*/rows.parquet",
    "landed arrivals": "home/landing/*/arrivals.json",
    "refused bytes": "home/quarantine/*/content",
    "configuration": "home/config/*",
    "waiting file": "home/inbox/*",
    "database": "warehouse.dump",
    "manifest": "manifest.json",
    "manifest's hash": "manifest.json.sha256",
}


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home")


def _assert_refused(home: Settings, path: Path, words: str) -> None:
    with pytest.raises(TieoutError, match=words):
        restore(home, path)
    assert [found for found in home.home.rglob("*") if found.name not in LOCKS] == []


@pytest.mark.parametrize("pattern", KINDS.values(), ids=KINDS)
def test_a_flipped_byte_is_found_in_each_kind_of_member(kept: Kept, home: Settings, pattern: str) -> None:
    found = [
        (name, place) for name, place in places(kept.archive) if Path(name).match(pattern) or _is_in(name, pattern)
    ]
    assert found
    for name, place in {found[0], found[-1]}:
        damaged = home.home.parent / "damaged.tar"
        content = bytearray(kept.archive.read_bytes())
        content[place] ^= 1
        damaged.write_bytes(content)
        _assert_refused(home, damaged, "is damaged or no backup of tieout")
        assert archive.verify(kept.archive).members, name


def test_an_archive_that_was_cut_off_is_found_wherever_it_was_cut(kept: Kept, home: Settings, tmp_path: Path) -> None:
    whole = kept.archive.read_bytes()
    cut = tmp_path / "cut.tar"
    ends = [place for _, place in places(kept.archive)]
    for end in (0, 300, 512, ends[0], ends[len(ends) // 2], ends[-3], ends[-2], ends[-1]):
        cut.write_bytes(whole[:end])
        _assert_refused(home, cut, "is damaged or no backup of tieout")
    cut.write_bytes(b"PK\x03\x04" + bytes(5000))
    _assert_refused(home, cut, "is damaged or no backup of tieout")
    _assert_refused(home, tmp_path / "nowhere.tar", "There is no backup")


def _entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    return entry


FOREIGN = {
    "outside": _entry("../evil"),
    "outside by the way": _entry("home/landing/../../evil"),
    "outside inside": _entry("home/../evil/x/y"),
    "absolute": _entry("/etc/evil"),
    "a doubled slash": _entry("home/landing//evil"),
    "not of a home": _entry("home/warehouse/credentials.json"),
    "not below a home": _entry("evil"),
    "a link": _entry("home/landing/link", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": _entry("home/landing/link", tarfile.LNKTYPE, "warehouse.dump"),
    "a pipe": _entry("home/landing/pipe", tarfile.FIFOTYPE),
    "a folder": _entry("home/landing/folder", tarfile.DIRTYPE),
}


@pytest.mark.parametrize("entry", FOREIGN.values(), ids=FOREIGN)
def test_members_that_lead_elsewhere_are_refused(
    kept: Kept, home: Settings, tmp_path: Path, entry: tarfile.TarInfo
) -> None:
    content = b"" if entry.type != tarfile.REGTYPE else b"evil"
    forged = forge(kept.archive, tmp_path / "forged.tar", lambda _: None, (entry, content))
    _assert_refused(home, forged, "is not a plain file of a home folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forged.tar", "home"]


def test_a_member_that_is_listed_twice_or_not_at_all_is_refused(kept: Kept, home: Settings, tmp_path: Path) -> None:
    first = members(kept.archive)[0]
    twice = forge(kept.archive, tmp_path / "twice.tar", lambda _: None, first)
    _assert_refused(home, twice, "not those that its manifest lists")

    def forget(manifest: dict[str, object]) -> None:
        manifest["members"] = list(manifest["members"])[1:]  # type: ignore[call-overload]

    _assert_refused(home, forge(kept.archive, tmp_path / "forgotten.tar", forget), "not those that its manifest lists")


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"format_version": 2, "tieout_version": "9.9"}, "written by tieout 9.9 in format 2"),
        ({"migration_version": 9000, "tieout_version": "9.9"}, "taken by tieout 9.9, whose warehouse is at step 9000"),
    ],
)
def test_an_archive_of_a_later_version_is_refused(
    kept: Kept, home: Settings, tmp_path: Path, stated: dict[str, object], words: str
) -> None:
    later = forge(kept.archive, tmp_path / "later.tar", lambda manifest: manifest.update(stated))
    _assert_refused(home, later, words)


def test_a_database_part_that_cannot_be_restored_leaves_no_warehouse_behind(
    kept: Kept, new_home: Callable[[str], Settings], tmp_path: Path
) -> None:
    home = new_home("broken_dump")
    broken = replace(kept.archive, tmp_path / "broken.tar", "warehouse.dump", b"PGDMP but not quite")
    _assert_refused(home, broken, "pg_restore failed")
    assert archive.verify(broken)
    restore(home, kept.archive)
    assert home.landing.exists()


def test_what_tar_itself_makes_of_it_is_readable_by_anybody(kept: Kept) -> None:
    with tarfile.open(fileobj=io.BytesIO(kept.archive.read_bytes())) as tar:
        assert tar.getnames()[-3:] == ["warehouse.dump", "manifest.json", "manifest.json.sha256"]
    assert kept.archive.stat().st_mode & 0o077 == 0


def _is_in(name: str, pattern: str) -> bool:
    folder, _, last = pattern.partition("/*")
    return name.startswith(f"{folder}/") and name.endswith(last)
