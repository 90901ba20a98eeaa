"""A backup, restored into an empty home, is the same home; and goes on as the other one would have."""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tieout import warehouse
from tieout.backup import restore
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.reports.table import query_published

from .conftest import LAST, WAITING, Kept
from .homes import members, tables, tree

SCHEMAS = ("ops", "published", "casework")
MakeHome = Callable[[str], Settings]
PUBLICATIONS = "select publication_id, as_of, verdict from publication order by publication_id"


@pytest.fixture(scope="module")
def restored(kept: Kept, new_home: MakeHome) -> Settings:
    settings = new_home("restored")
    stated = restore(settings, kept.archive)
    assert (stated.as_of, stated.home) == (str(LAST), str(kept.home.home))
    return settings


def test_what_was_published_decided_and_landed_is_there_again_byte_for_byte(kept: Kept, restored: Settings) -> None:
    before, after = tables(kept.home, *SCHEMAS), tables(restored, *SCHEMAS)
    # Nothing was built in this warehouse yet, so nobody may go on with it.
    assert before.pop("ops.build_claims")
    assert after.pop("ops.build_claims") == []
    assert after == before
    assert len(before["casework.notes"]) == 2
    assert len(before["published.exception_history"]) > 20
    assert len(before["comments"]) >= 10
    for folder in ("landing", "quarantine", "config"):
        assert tree(restored.home / folder) == tree(kept.home.home / folder) != {}


def test_of_the_inbox_only_what_landing_does_not_hold_comes_along(kept: Kept, restored: Settings) -> None:
    source, target = tree(kept.home.inbox), tree(restored.inbox)
    assert len(source) > 100
    assert target == {name: source[name] for name in target}
    refused = {f"{path.parts[-4]}/{path.parts[-3]}" for path in kept.home.quarantine.rglob("finding.json")}
    assert refused
    others = {"/".join(name.split("/")[:2]) for name in target.keys() - WAITING.keys()}
    assert target.keys() >= WAITING.keys()
    assert others == refused


def test_no_password_is_in_the_archive_and_the_new_home_has_its_own(kept: Kept, restored: Settings) -> None:
    secrets = {
        warehouse.url(home, role).split("@")[0].split(":")[-1]
        for home in (kept.home, restored)
        for role in ("owner", "reader")
    }  # type: ignore[arg-type]
    assert len(secrets) == 4
    assert [name for secret in secrets for entry, content in members(kept.archive)
            if secret.encode() in content for name in (entry.name,)] == []  # fmt: skip


def test_the_reader_reads_what_is_published_and_nothing_else(restored: Settings) -> None:
    with psycopg.connect(warehouse.url(restored, "reader")) as connection:
        for table in ("exceptions", "exception_history", "publication", "rpt_reconciliation_by_day"):
            assert connection.execute(f"select count(*) from {table}").fetchone() != (0,)  # type: ignore[arg-type]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from casework.notes")


def test_a_restored_home_goes_on_as_if_nothing_had_happened(kept: Kept, new_home: MakeHome) -> None:
    settings = new_home("goes_on")
    restore(settings, kept.archive)
    before = tables(settings, "published")
    numbers = [row[0] for row in query_published(settings, PUBLICATIONS).rows]
    with pytest.raises(TieoutError, match="nothing has been built yet"):
        _resume(settings)
    for name in WAITING:
        (settings.inbox / name).unlink()
    day = run_day(settings, LAST)
    assert (day.outcome, day.landed.new) == ("published", [])
    after = tables(settings, "published")
    assert [row[0] for row in query_published(settings, PUBLICATIONS).rows] == [*numbers, max(numbers) + 1]
    for table in ("published.publication", "comments"):
        before.pop(table)
        after.pop(table)
    assert after == before
    with warehouse.connect(settings) as connection:
        added = connection.execute("insert into casework.notes (note) values ('next') returning note_id").fetchone()
        assert added == (3,)


def test_the_command_says_what_it_did_and_refuses_a_home_in_use(
    kept: Kept, new_home: MakeHome, tmp_path: Path, tieout: Callable[..., object]
) -> None:
    made = tieout("backup", "--home", kept.home.home, "--to", tmp_path / "a")
    assert (made.code, "published as of 2026-05-14" in made.out) == (0, True)
    [archive] = (tmp_path / "a").iterdir()
    used = {name: tree(kept.home.home / name) for name in ("landing", "inbox", "config")}
    shown = tables(kept.home, *SCHEMAS)
    refused = tieout("restore", archive, "--home", kept.home.home)
    assert (refused.code, "is in use: there is" in refused.err, "empty home only" in refused.err) == (1, True, True)
    assert {name: tree(kept.home.home / name) for name in used} == used
    assert tables(kept.home, *SCHEMAS) == shown
    for taken in ("config/windows.csv", "inbox/open/refunds/a.csv", "warehouse/credentials.json"):
        settings = Settings(tmp_path / taken.split("/", maxsplit=1)[0])
        (settings.home / taken).parent.mkdir(parents=True)
        (settings.home / taken).write_text("{}")
        refused = tieout("restore", archive, "--home", settings.home)
        assert (refused.code, "is in use" in refused.err) == (1, True)
        assert [path for path in settings.home.rglob("*") if path.is_file()] == [settings.home / taken]
    answer = tieout("restore", archive, "--home", new_home("by_command").home)
    assert (answer.code, "restored the backup of" in answer.out) == (0, True)


def test_a_server_of_the_merchants_own_is_restored_into_if_it_is_unused(kept: Kept, tmp_path: Path) -> None:
    address = warehouse.url(kept.home)
    with warehouse.connect(kept.home) as connection:
        connection.execute("create database restored")
    settings = Settings(tmp_path / "home", address.rpartition("/")[0] + "/restored")
    try:
        warehouse.start(settings)
        restore(settings, kept.archive)
        before, after = tables(kept.home, *SCHEMAS), tables(settings, *SCHEMAS)
        assert (before.pop("ops.build_claims") != [], after.pop("ops.build_claims")) == (True, [])
        assert after == before
        shutil.rmtree(settings.home)
        with pytest.raises(TieoutError, match=r"in use: casework\.notes holds rows"):
            restore(settings, kept.archive)
        assert tables(settings, *SCHEMAS) == after | {"ops.build_claims": []}
        assert list(settings.home.iterdir()) == []
    finally:
        with warehouse.connect(kept.home) as connection:
            connection.execute("drop database restored with (force)")


def _resume(settings: Settings) -> None:
    from tieout.pipeline import runs
    from tieout.pipeline.bookkeeping import Silence

    with runs.resume_run(settings, Silence()):
        pass
