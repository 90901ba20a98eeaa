"""published.source_status says of every day of every source what became of it, as the exceptions and the files do."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tieout import landing, world
from tieout.core.settings import Settings
from tieout.pipeline import run_day

from .views import rows

Day = tuple[str, str, str, str]
"""Source, stream, account, business date."""
UNTRUSTED = {"missing", "refused", "held"}


def _status(settings: Settings) -> dict[Day, dict[str, str]]:
    found = rows(settings, "select * from source_status")
    days = {(row["source"], row["stream"], row["account_id"], row["business_on"]): row for row in found}
    assert len(days) == len(found)
    return days


def _reported(settings: Settings) -> dict[str, list[Day]]:
    """The days that DQ01 are about, by reason; without a day where only a file is known."""
    found: dict[str, list[Day]] = {}
    for row in rows(settings, "select entity_id, reason from exceptions where code = 'DQ01'"):
        stream, account, day = row["entity_id"].split("|")
        day = day if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else ""
        source, _, name = stream.partition("/")
        found.setdefault(row["reason"], []).append((source, name, account, day))
    return found


def test_every_day_that_cannot_be_trusted_is_an_exception_and_the_other_way_round(
    published: Settings, month: Path
) -> None:
    status = _status(published)
    untrusted = {day for day, row in status.items() if row["verdict"] in UNTRUSTED}
    with (month / "truth.csv").open(encoding="utf-8", newline="") as file:
        faults = [row for row in csv.DictReader(file) if row["code"] == "DQ01"]
    never_came = {row["entity_id"] for row in faults if row["kind"] == "fault"}
    assert len(never_came) > 2
    assert {f"{source}/{stream}|{account}|{day}" for source, stream, account, day in untrusted} == never_came
    assert Counter(_reported(published)["missing"]) == Counter(untrusted)
    empty = [row["entity_id"] for row in faults if "confirmed empty day" in row["note"]]
    assert len(empty) > 20
    for entity in empty:
        stream, account, day = entity.split("|")
        assert status[(*stream.split("/"), account, day)]["verdict"] == "confirmed_empty", entity  # type: ignore[index]


def test_every_delivery_is_counted_on_its_day_with_its_rows_and_totals(published: Settings) -> None:
    # A WeChat fund bill names no account: whose it is, is found by its payments.
    batches = [batch for batch in landing.batches(published) if (batch.source, batch.stream) != ("wechat", "fundflow")]
    assert all(batch.window_from == batch.window_to for batch in batches)
    compared = 0
    for (source, stream, account, day), row in _status(published).items():
        came = [
            batch
            for batch in batches
            # An empty bill may not say whose it is: then it is everybody's.
            if (batch.source, batch.stream, str(batch.window_from)) == (source, stream, day)
            and account in {"", batch.account or account}
        ]
        if (source, stream) == ("wechat", "fundflow"):
            continue
        compared += len(came)
        assert int(row["delivery_count"]) == len(came), row
        assert int(row["row_count"]) == sum(batch.row_count for batch in came), row
        stated = any(batch.totals or {"rows", "total_amount"} & (batch.meta or {}).keys() for batch in came)
        assert row["totals_proved"] == ("True" if stated else ""), row
        assert bool(row["arrived_at"]) == bool(came), row
    assert compared > 700


@pytest.fixture(scope="module")
def spoiled(new_home: Callable[[str], Settings]) -> Settings:
    """A week of a small merchant, as of its fourth day, in which something happens to one file of each kind."""
    settings = new_home("spoiled_days")
    world.write(60, 7, 1, settings.home)
    inbox = settings.inbox
    statement = inbox / "bank/mt940/4000020109200123456_20260502.sta"
    statement.write_text(re.sub(r"(?m)^:62F:(.*CNY)", r":62F:\g<1>9", statement.read_text("ascii")), encoding="ascii")
    (inbox / "bank/cmb/notes.csv").write_text("what is this", encoding="ascii")
    for path in (inbox / "taobao/refunds").glob("RefundList20260502.*"):
        path.unlink()
    late = inbox / "taobao/orders/ExportOrderList20260503.meta.json"
    late.write_text(json.dumps(json.loads(late.read_text()) | {"exported_at": "2026-05-05T00:00:00+08:00"}))
    lines = inbox / "taobao/order_lines/ExportOrderDetailList20260503.csv"
    # As a spreadsheet leaves it: the row is refused, and one in so few is too many for the gate.
    damaged = re.sub(rb'="\d{17,}",="\d', b'2.6E+18,="2', lines.read_bytes(), count=1)
    assert damaged != lines.read_bytes()
    lines.write_bytes(damaged)
    for path in (inbox / "open/tickets").glob("tickets_2026050[34].*"):
        path.unlink()
    schedules = settings.config / "source_schedules.csv"
    schedules.write_text(schedules.read_text().replace("open,tickets,,daily,1", "open,tickets,,daily,2"))
    assert run_day(settings, date(2026, 5, 4)).outcome == "published"
    return settings


def test_a_day_has_the_verdict_of_what_happened_to_its_file(spoiled: Settings) -> None:
    status = _status(spoiled)
    verdicts = {day: row["verdict"] for day, row in status.items()}
    bank = ("bank", "mt940", "4000020109200123456")
    assert verdicts[(*bank, "2026-05-01")] in {"arrived", "confirmed_empty"}
    assert (verdicts[(*bank, "2026-05-02")], status[(*bank, "2026-05-02")]["totals_proved"]) == ("refused", "False")
    assert verdicts["bank", "cmb", "", ""] == "refused"
    assert verdicts["taobao", "refunds", "", "2026-05-02"] == "missing"
    assert verdicts["taobao", "orders", "", "2026-05-03"] == "arrived_late"
    assert verdicts["taobao", "orders", "", "2026-05-02"] == "arrived"
    # The gate holds back all that a stream brings in a run.
    assert {verdicts["taobao", "order_lines", "", f"2026-05-0{day}"] for day in (1, 2, 3, 4)} == {"held"}
    # Two days' time: the 3rd is due on the 5th, as of the 4th.
    assert verdicts["open", "tickets", "", "2026-05-03"] == "pending"
    assert status["open", "contracts", "", "2026-05-01"]["expected_by"] == ""
    assert verdicts["open", "contracts", "", "2026-05-01"] == "arrived"


def test_what_was_refused_or_held_is_an_exception_too(spoiled: Settings) -> None:
    reported = _reported(spoiled)
    by_verdict: dict[str, set[Day]] = {}
    for day, row in _status(spoiled).items():
        by_verdict.setdefault(row["verdict"], set()).add(day)
    assert set(reported.pop("missing")) == by_verdict["missing"]
    assert set(reported.pop("held_by_gate")) == by_verdict["held"]
    assert {day for days in reported.values() for day in days} == by_verdict["refused"]
    assert all(len(by_verdict[verdict]) > 0 for verdict in UNTRUSTED)
