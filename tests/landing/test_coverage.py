"""Which business days have come, which is when an ingest stops waiting."""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

from tieout import landing
from tieout.core.settings import Settings
from tieout.landing import Expected

FOURTH, FIFTH = date(2026, 5, 4), date(2026, 5, 5)


def _deliver(settings: Settings, stream: str, name: str, content: str, **stated: str) -> None:
    path = settings.inbox / "open" / stream / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    if stated:
        path.with_suffix(".meta.json").write_text(json.dumps(stated), encoding="utf-8")
    evening = datetime(2026, 5, 4, 17, tzinfo=UTC).timestamp()
    for one in path.parent.iterdir():
        os.utime(one, (evening, evening))


def _missing(settings: Settings, day: date, stream: str, *accounts: str) -> list[str]:
    landing.land(settings)
    expected = [Expected("open", stream, account) for account in accounts or ("",)]
    return [one.account or one.stream for one in landing.find_missing(settings, "open", expected, day)]


def test_what_says_nothing_is_of_the_shanghai_day_on_which_it_came(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    _deliver(settings, "products", "list.csv", "sku,name\nA,tea\n")
    assert _missing(settings, FIFTH, "products") == []
    assert _missing(settings, FOURTH, "products") == ["products"]


def test_a_day_is_there_when_rows_of_it_are(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    _deliver(settings, "tickets", "export.csv", "ticket_id,opened_at\nT1,2026-05-03T17:00:00Z\n")
    assert _missing(settings, FOURTH, "tickets") == []
    assert _missing(settings, date(2026, 5, 3), "tickets") == ["tickets"]


def test_one_accounts_file_does_not_stand_for_anothers(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    line = "account_id,line_id,booked_on,amount\n6222,1,2026-05-04,8.00\n"
    window = {"from": str(FOURTH), "to": str(FOURTH)}
    _deliver(settings, "bank_lines", "a.csv", line, account="6222", **window)
    assert _missing(settings, FOURTH, "bank_lines", "6222", "6228") == ["6228"]
    _deliver(settings, "bank_lines", "b.csv", line.replace("6222,1", "6228,1"), **window)
    assert _missing(settings, FOURTH, "bank_lines", "6222", "6228") == []
