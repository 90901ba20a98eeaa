"""The gate before loading: each rule on batches that break it, and on ones that do not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tieout import warehouse
from tieout.quality import GateResult, blocked_streams, gate_raw
from tieout.quality.results import verdict_of
from tieout.quality.tolerances import Tolerances
from tieout.quality.validation import declared
from tieout.sources import STREAMS

AS_OF = date(2026, 5, 31)
ALIPAY = ("alipay", "trade")

BREAKS: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "REQUIRED_NULL_SHARE",
        {"changed": {"trade_no": "\t "}},
        "failed",
        "trade_no: 1 of 30, empty in bill1.csv line 35",
    ),
    (
        "AMOUNT_UNREADABLE_SHARE",
        {"changed": {"received_amount": "2.02E+3"}},
        "failed",
        "'2.02E+3' in bill1.csv line 35",
    ),
    ("WORD_UNKNOWN_SHARE", {"changed": {"business_type": "交易分账"}}, "warned", "'交易分账' in bill1.csv line 35"),
    (
        "COLUMN_UNKNOWN_SHARE",
        {"changed": {"unknown_columns": '{"电话": "137"}'}},
        "warned",
        ", 电话 in bill1.csv line 35",
    ),
    ("BATCH_REJECTED_SHARE", {"rejected_count": 1}, "failed", "0.0323 in bill1.csv"),
    ("ROW_REJECTED_SHARE", {"rows": 120, "rejected_count": 1}, "warned", "0.0083 in bill1.csv"),
    ("WINDOW_IMPOSSIBLE_SHARE", {"window_from": date(2026, 5, 2)}, "failed", "bill1.csv"),
    ("WINDOW_IMPOSSIBLE_SHARE", {"window_to": None}, "failed", "bill1.csv"),
    ("WINDOW_FUTURE_SHARE", {"window_to": date(2026, 5, 3)}, "warned", "bill1.csv"),
    ("VOLUME_LOW_SHARE", {"rows": 5}, "warned", "0.1667 in bill1.csv"),
    ("VOLUME_HIGH_SHARE", {"rows": 300}, "warned", "10 in bill1.csv"),
]


@pytest.fixture
def gate(connection: warehouse.Connection, tolerances: Callable[..., Path]) -> Callable[..., list[GateResult]]:
    """Run the gate on batches of alipay/trade, after a week of 30 rows a day; give what it found."""
    for day in range(1, 8):
        _remember(connection, f"{day}", date(2026, 5, 1) - timedelta(days=day), 30)

    def run(*batches: Any, key: tuple[str, str] = ALIPAY, seed: Path | None = None) -> list[GateResult]:
        return gate_raw({key: batches}, seed or tolerances(), connection, "run-1", AS_OF)

    return run


def _remember(connection: warehouse.Connection, name: str, day: date, rows: int) -> None:
    connection.execute(
        "insert into raw.batches (batch_id, source, stream, file_name, sha256, byte_size, landed_hash, row_count,"
        " rejected_count, window_from, window_to, account, delivered_at, delivery_rank)"
        " values (%s, 'alipay', 'trade', 'f', 'h', 1, 'h', %s, 0, %s, %s, '2088', '2026', %s)",
        (name, rows, day, day, name),
    )


def _failures(results: list[GateResult]) -> dict[str, GateResult]:
    return {result.rule: result for result in results if not result.success}


def test_every_raw_rule_has_a_case_that_breaks_it() -> None:
    assert {case[0] for case in BREAKS} == {
        rule for rule, entry in declared("rules").RULES.items() if entry.gate == "raw"
    }


def test_good_batches_pass_and_every_result_is_kept(gate: Any, landing: Any, connection: warehouse.Connection) -> None:
    results = gate(landing.batch(), landing.batch(rows=0, window_from=date(2026, 5, 2), window_to=date(2026, 5, 2)))
    assert {result.rule for result in results} == {case[0] for case in BREAKS}
    # A confirmed empty day after days of thirty rows is worth a look, and nothing else is.
    assert set(_failures(results)) == {"VOLUME_LOW_SHARE"}
    kept = connection.execute("select rule, subject, observed, threshold from ops.gate_results where gate = 'raw'")
    assert sorted(kept) == sorted((one.rule, "alipay/trade", one.observed, one.threshold) for one in results)


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: str(case[0]))
def test_a_rule_finds_what_breaks_it_and_says_where(gate: Any, landing: Any, case: tuple[Any, ...]) -> None:
    rule, batch, verdict, detail = case
    results = gate(landing.batch(**batch))
    failures = _failures(results)
    assert detail in failures[rule].detail
    assert verdict_of(results) == verdict
    assert blocked_streams(results) == ({ALIPAY} if verdict == "failed" else set())
    # Every rejected row is also a warning; no other rule goes along.
    assert set(failures) - {rule} <= {"ROW_REJECTED_SHARE"}


def test_one_untrusted_stream_stops_alone(
    connection: warehouse.Connection, landing: Any, tolerances: Callable[..., Path]
) -> None:
    bad = landing.batch(rejected_count=30)
    landing.key = ("alipay", "signcustomer")
    landing.good = {"account": "2088", "entry_no": "1", "occurred_at": "2026-05-01 10:00:00", "business_type": "收费"}
    good = landing.batch()
    results = gate_raw({ALIPAY: [bad], landing.key: [good]}, tolerances(), connection, "run-1", AS_OF)
    assert {result.subject for result in results} == {"alipay/trade", "alipay/signcustomer"}
    assert {result.subject for result in results if not result.success} == {"alipay/trade"}
    assert blocked_streams(results) == {ALIPAY}


@pytest.mark.parametrize("rule", ["BATCH_REJECTED_SHARE", "VOLUME_HIGH_SHARE"])
def test_without_a_tolerance_row_nothing_is_tolerated(
    gate: Any, landing: Any, tolerances: Callable[..., Path], rule: str
) -> None:
    batch = landing.batch(rows=120, rejected_count=1)
    assert rule not in _failures(gate(batch))
    assert _failures(gate(batch, seed=tolerances(without=rule)))[rule].threshold == "0"


def test_a_source_can_have_a_tolerance_of_its_own(gate: Any, landing: Any, tolerances: Callable[..., Path]) -> None:
    batch = landing.batch(rejected_count=1)
    seed = tolerances(
        "BATCH_REJECTED_SHARE,,wechat,,,0.5,,,,", "BATCH_REJECTED_SHARE,trade,alipay,,,0.5,,2026-06-01,,not yet"
    )
    assert "BATCH_REJECTED_SHARE" in _failures(gate(batch, seed=seed))
    seed = tolerances("BATCH_REJECTED_SHARE,trade,alipay,,,0.5,,2026-05-01,2026-05-31,")
    assert "BATCH_REJECTED_SHARE" not in _failures(gate(batch, seed=seed))


def test_a_rule_that_cannot_be_measured_has_failed_gravely(gate: Any, landing: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(declared("raw"), "AMOUNT", "(")
    results = gate(landing.batch())
    failure = _failures(results)["AMOUNT_UNREADABLE_SHARE"]
    assert failure.severity == "critical"
    assert "Invalid regular expression" in failure.detail
    assert failure.observed == ""
    assert blocked_streams(results) == {ALIPAY}


def test_a_volume_is_compared_with_the_same_account_and_the_latest_delivery(
    gate: Any, landing: Any, connection: warehouse.Connection
) -> None:
    # Broken deliveries of the same days come earlier and do not count; another account has no past.
    for day in range(1, 8):
        _remember(connection, f"0{day}", date(2026, 5, 1) - timedelta(days=day), 100_000)
    assert not _failures(gate(landing.batch(rows=30)))
    low = landing.batch(rows=5)
    assert "VOLUME_LOW_SHARE" in _failures(gate(low))
    assert "VOLUME_LOW_SHARE" not in _failures(gate(replace(low, account="other")))


def test_a_month_file_is_compared_by_its_rows_a_day(gate: Any, landing: Any) -> None:
    month = {"window_to": date(2026, 5, 10), "delivered_at": "2026-05-11"}
    assert not _failures(gate(landing.batch(rows=300, **month)))
    assert "VOLUME_LOW_SHARE" in _failures(gate(landing.batch(rows=30, **month)))


def test_every_stream_is_asked_about_columns_that_it_has() -> None:
    assert len(STREAMS) > 20
    for stream in STREAMS.values():
        columns = {question.column for question in declared("raw").questions(stream)}
        assert columns <= {*stream.columns, "unknown_columns"}
        required = set(declared("words").required_columns(stream))
        assert required or stream.key == ()


def test_every_rule_is_in_a_suite_and_has_a_tolerance_row_with_its_bound(
    tolerances: Callable[..., Path],
) -> None:
    rules = declared("rules").RULES
    rows = Tolerances.load(tolerances()).rows
    bounded = {row["rule"]: row for row in rows}
    assert rules.keys() <= bounded.keys()
    assert {rule for rule, entry in rules.items() if not bounded[rule][entry.bound]} == set()
    suites = declared("raw").suite()
    for expectations in declared("marts").suite().values():
        suites += expectations
    assert {expectation.meta["rule"] for expectation in suites} == rules.keys()
