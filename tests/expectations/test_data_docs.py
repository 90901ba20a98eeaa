"""The page about a run: everything the gates found, nothing from the network."""

import re
from pathlib import Path
from typing import Any

import pytest

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.quality import GateResult, data_docs
from tieout.quality.results import record, recorded

_FAILURE = GateResult(
    "run-1", "raw", "alipay/trade", "WORD_UNKNOWN_SHARE", "warning", False, "0.5", "0", "'<img src=x>' in a.csv line 7"
)


@pytest.fixture
def page(settings: Settings, connection: warehouse.Connection, tmp_path: Path) -> str:
    """The page of a run in which one stream had a new word and one rule has left the catalogue since."""
    retired = GateResult("run-1", "marts", "candidate.exceptions", "OLD_SHARE", "critical", False, "1", "0", "gone")
    record(connection, [_FAILURE, retired])
    return data_docs(settings, None, tmp_path / "docs").read_text(encoding="utf-8")


def test_a_page_says_in_both_languages_what_failed_where_and_why(page: str) -> None:
    for text in (
        "业务类型、状态、币种均为已知取值",
        "Types, states and currencies",
        "WORD_UNKNOWN_SHARE",
        "0.5",
        "2026-05-31",
    ):
        assert text in page
    assert page.index("警告 warning") < page.index("未通过 failed")
    assert "OLD_SHARE" in page


def test_a_page_loads_nothing_and_shows_what_stood_in_a_file_as_text(page: str) -> None:
    assert "&lt;img src=x&gt;" in page
    assert not re.search(r"<(script|link|img|iframe|object)\b|@import|url\(|\bsrc=\"|https?://", page)
    assert "default-src 'none'" in page


def test_a_run_that_was_never_checked_is_named(settings: Settings, connection: Any, tmp_path: Path) -> None:
    with pytest.raises(TieoutError, match="Nothing has been checked yet"):
        data_docs(settings, None, tmp_path)
    with pytest.raises(TieoutError, match="run-9"):
        data_docs(settings, "run-9", tmp_path)
    assert not (tmp_path / "index.html").exists()


def test_results_are_kept_all_or_none_and_a_repeated_gate_replaces_its_own(connection: warehouse.Connection) -> None:
    record(connection, [_FAILURE])
    nameless = GateResult("run-1", "raw", None, "R", "critical", True, "", "", "")  # type: ignore[arg-type]
    with pytest.raises(Exception, match="null value"):
        record(connection, [_FAILURE, nameless])
    assert [result for result, _ in recorded(connection, "run-1")] == [_FAILURE]
    record(connection, [_FAILURE, _FAILURE])
    assert len(recorded(connection, "run-1")) == 2
