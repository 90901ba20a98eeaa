"""What happens to real files on their way is noticed, said in words, and leaves everything else as it is.

Every format's largest file of a written month is hurt in every way that can be, and all of it comes together with the
month. What comes beside the good files has to be refused; one statement is cut off where it stands.
"""

import re
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tieout.core import content as limits
from tieout.core.content import Content
from tieout.core.reading import UnreadableError
from tieout.core.settings import Settings
from tieout.landing import Finding
from tieout.pipeline import run_day
from tieout.sources import STREAMS

from . import damage
from .views import rows

LAST = date(2026, 5, 31)
MT940 = "4000020109200123456"
_WHAT_TO_DO = re.compile(
    r"\b(export|fetch|deliver|save|send|write)[^;]*\b(again|in parts|as it was downloaded|the merchant's one|statement)"
    r"|Add what is missing"
)
_REASONS = {
    "empty": {"empty"},
    "large": {"oversized"},
    "bomb": {"oversized"},
    "changed": {"totals_break"},
    "misheaded": {"schema_drift", "unreadable"},
    "utf16": {"unit_or_encoding"},
    "garbled": {"unit_or_encoding"},
    "fen": {"unit_or_encoding", "totals_break"},
    # A text that ends within a character is no text of its encoding.
    "cut": {"unreadable", "unit_or_encoding"},
    "cutinside": {"unreadable"},
}


@dataclass(frozen=True)
class Spoiled:
    """The month with hurt files in it, tied out: what was put there, by format and damage, and what became of it."""

    settings: Settings
    names: dict[tuple[str, str], str]
    cut_off: str
    findings: dict[str, Finding]


@pytest.fixture(scope="module")
def spoiled(month: Path, new_home: Callable[[str], Settings]) -> Iterator[Spoiled]:
    settings = new_home("spoiled")
    shutil.copytree(month / "config", settings.config)
    shutil.copytree(month / "inbox", settings.inbox)
    names: dict[tuple[str, str], str] = {}
    for name, sample in damage.SAMPLES.items():
        good = sample.find(month / "inbox")
        folder = settings.inbox / sample.stream
        for how, content in damage.variants(name, good.read_bytes()):
            # Without a day in its name a file is as old as it lies there: newer than the good ones, which stay good.
            file = folder / f"{how} {name}{good.suffix}"
            file.write_bytes(content)
            if sample.total:
                file.with_suffix(".meta.json").write_bytes(damage.state(sample, good.read_text(sample.encoding)))
            names[name, how] = file.name
    statement = damage.SAMPLES["mt940"].find(month / "inbox")
    (settings.inbox / "bank/mt940" / statement.name).write_bytes(statement.read_bytes()[:-40])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MAX_BYTES", damage.OVERSIZE)
        result = run_day(settings, LAST)
    assert result.outcome == "published"
    return Spoiled(
        settings, names, statement.name, {finding.file_name: finding for finding in result.landed.quarantined}
    )


def test_every_damage_of_every_format_is_tried(spoiled: Spoiled) -> None:
    assert len(spoiled.names) > 80
    assert {how for _, how in spoiled.names} == _REASONS.keys()
    assert {name for name, _ in spoiled.names} == damage.SAMPLES.keys()
    assert {tuple(sample.stream.split("/")) for sample in damage.SAMPLES.values()} >= {
        stream for stream in STREAMS if stream[0] != "open"
    }


@pytest.mark.parametrize("how", _REASONS)
def test_a_damage_is_a_finding_that_says_which_file_why_and_what_to_do(spoiled: Spoiled, how: str) -> None:
    tried = {name: file for (name, what), file in spoiled.names.items() if what == how}
    assert tried
    wrong = {}
    for name, file in tried.items():
        found = spoiled.findings.get(file)
        if found is None:
            wrong[name] = "was not refused"
        elif found.reason not in _REASONS[how] or not found.message.startswith(file):
            wrong[name] = f"{found.reason}: {found.message}"
        elif not _WHAT_TO_DO.search(found.message):
            wrong[name] = f"does not say what to do: {found.message}"
    assert wrong == {}


def test_every_refused_file_is_a_dq01_that_finance_can_read(spoiled: Spoiled, published: Settings) -> None:
    before = {row["exception_id"] for row in rows(published)}
    new = [row for row in rows(spoiled.settings) if row["exception_id"] not in before and row["leg"] == "sources"]
    named = {
        file: [row for row in new if f"{file}:" in row["explanation_en"] or f"{file}," in row["explanation_en"]]
        for file in spoiled.findings
    }
    assert {len(found) for found in named.values()} == {1}
    assert spoiled.findings.keys() == {*spoiled.names.values(), spoiled.cut_off}
    assert len(new) == len(spoiled.findings)
    for row in new:
        assert (row["code"], row["owner"], row["severity"]) == ("DQ01", "data team", "P1")
        assert row["explanation_zh"].startswith("数据源")
        assert row["reason"] == spoiled.findings[next(file for file, found in named.items() if row in found)].reason


def test_what_came_in_other_files_stays_as_it_was(spoiled: Spoiled, published: Settings) -> None:
    def seen(settings: Settings, legs: str) -> dict[str, list[dict[str, str]]]:
        return {
            table: rows(settings, f"select * from {table} where leg in ({legs}) order by exception_id")
            for table in ("exceptions", "pending_items")
        }

    untouched = "'payments', 'refunds', 'wallets', 'settlements'"
    expected = seen(published, untouched)
    assert len(expected["exceptions"]) > 10
    assert seen(spoiled.settings, untouched) == expected
    kept = {row["exception_id"] for row in seen(published, "'sources'")["exceptions"]}
    assert kept
    assert kept <= {row["exception_id"] for row in seen(spoiled.settings, "'sources'")["exceptions"]}


def test_a_statement_cut_off_where_it_stands_disturbs_its_own_account_only(
    spoiled: Spoiled, published: Settings
) -> None:
    query = "select * from exceptions where leg = 'payouts' order by exception_id"
    before = {row["exception_id"]: row for row in rows(published, query)}
    after = {row["exception_id"]: row for row in rows(spoiled.settings, query)}
    assert before != after
    changed = [
        row for seen, other in ((before, after), (after, before)) for key, row in seen.items() if other.get(key) != row
    ]
    # What the account received on that day is paid by one platform.
    assert {row["account_id"] or row["platform"] for row in changed} <= {MT940, "jd-880001", "jd"}


@pytest.mark.parametrize("claimed", [None, 100, (64 << 20) - 1])
@pytest.mark.parametrize(
    "stream", [("alipay", "trade"), ("alipay", "signcustomer"), ("bank", "cmb"), ("taobao", "orders")]
)
def test_a_zip_bomb_is_refused_before_it_unpacks_whatever_it_claims(
    stream: tuple[str, str], claimed: int | None
) -> None:
    content = damage.bomb("xl/workbook.xml" if stream[0] in ("bank", "taobao") else "a.csv", claimed=claimed)
    assert len(content) < 100_000
    STREAMS[stream].read  # noqa: B018  (the reader's own imports are none of the bomb's memory)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableError) as refused:
            STREAMS[stream].read(Content.of(content), lambda _: None)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    assert refused.value.reason in {"oversized", "unreadable"}
