"""The gate before publication: each rule on a candidate that breaks it, and on one that does not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.quality import gate_marts
from tieout.quality.marts import read_only
from tieout.quality.validation import declared

_REPORT = (Path(__file__).parent / "fixtures" / "report.sql").read_text(encoding="utf-8")
_FACTS = "candidate.fct_reconciliation"
_DAYS = "candidate.rpt_reconciliation_by_day"


def _unmatch(leg: str) -> str:
    """Turn a leg's matches of one side into exceptions, in the facts and in the report alike."""
    return f"""
    update {_FACTS} set state = 'exception', reason = 'OP01', exception_id = 'payments891'
    where leg = '{leg}' and side = 'theirs' and state = 'matched'
        and cast(substr(entity_id, {len(leg) + 1}) as int) < 600;
    {_REPORT}
    """


BREAKS = [
    ("PAYMENT_MATCH_RATE", _unmatch("payments"), "failed"),
    ("PROMOTION_MATCH_RATE", _unmatch("promotions"), "failed"),
    ("REFUND_MATCH_RATE", _unmatch("refunds"), "failed"),
    ("AFTER_SALE_MATCH_RATE", _unmatch("after_sales"), "failed"),
    ("WALLET_MATCH_RATE", _unmatch("wallets"), "failed"),
    ("SETTLEMENT_MATCH_RATE", _unmatch("settlements"), "failed"),
    ("BOOKS_MATCH_RATE", _unmatch("books"), "failed"),
    ("LEDGER_MATCH_RATE", _unmatch("ledger"), "failed"),
    ("BATCH_MATCH_RATE", _unmatch("batches"), "failed"),
    ("PAYOUT_MATCH_RATE", _unmatch("payouts"), "failed"),
    ("RISK_MATCH_RATE", _unmatch("risk"), "failed"),
    (
        "DAY_MATCH_RATE",
        f"""
        update {_FACTS} set state = 'exception', reason = 'OP01', exception_id = 'payments891'
        where leg = 'payouts' and business_on = date '2026-05-07' and state = 'matched';
        {_REPORT}
        """,
        "warned",
    ),
    (
        "RECONCILIATION_EMPTY_SHARE",
        f"truncate {_FACTS}, {_DAYS}, candidate.exceptions, candidate.pending_items",
        "failed",
    ),
    ("RECONCILIATION_UNWATCHED_SHARE", f"update {_FACTS} set leg = 'cash' where leg = 'payouts'; {_REPORT}", "failed"),
    (
        "RECONCILIATION_BALANCE_AMOUNT",
        f"update {_DAYS} set excluded_amount = excluded_amount - 0.01"
        " where leg = 'payouts' and business_on = '2026-05-3'",
        "failed",
    ),
    # A net of zero hides +1000 and −1000.
    (
        "RECONCILIATION_REPORT_AMOUNT",
        f"update {_FACTS} set amount = amount + case entity_id when 'payouts1' then 1000 else -1000 end"
        " where entity_id in ('payouts1', 'payouts2') and side = 'ours'",
        "failed",
    ),
    (
        "RECONCILIATION_UNEXPLAINED_AMOUNT",
        f"update {_FACTS} set exception_id = null where leg = 'payouts' and entity_id = 'payouts896'",
        "failed",
    ),
    (
        "EXCEPTION_INCOMPLETE_SHARE",
        "update candidate.exceptions set explanation_zh = '' where leg = 'payouts'",
        "failed",
    ),
    (
        "EXCEPTION_P1_SHARE",
        "insert into candidate.exceptions select 'x' || n, 'RK01', 'A', 'open', 'risk', 'buyer', 'b' || n, null, null,"
        " 'CNY', 0, 'P1', 'risk', date '2026-05-20', null, 'why', '原因' from generate_series(1, 9000) as n",
        "failed",
    ),
    (
        "EXCEPTION_P1_AMOUNT",
        "insert into candidate.exceptions values ('x', 'GL04', 'C', 'open', 'books', 'account_day', 'd', null, null,"
        " 'CNY', -100000.01, 'P1', 'general ledger', date '2026-05-20', null, 'why', '原因')",
        "warned",
    ),
    (
        "EXCEPTION_AMOUNT_SHARE",
        "update candidate.exceptions set difference_amount = -90000 where leg = 'payouts'",
        "warned",
    ),
    ("PENDING_INCOMPLETE_SHARE", "update candidate.pending_items set due_on = null where leg = 'payouts'", "failed"),
    # A cent too much in one step and too little in the next is two cents.
    (
        "BRIDGE_RESIDUAL_AMOUNT",
        "update candidate.fct_money_bridge set amount = case step when 4 then 0.01 when 5 then -0.01 else 0 end",
        "failed",
    ),
    # One item too many and another too few in the same step: the step adds up, its items do not.
    (
        "BRIDGE_ITEM_RESIDUAL_AMOUNT",
        "insert into candidate.fct_money_bridge_items select platform, shop_id, account_id, month_on, currency, step,"
        " 'residual', unnest(array[0.01, -0.01]) from candidate.fct_money_bridge where step = 7",
        "failed",
    ),
    ("TOLERANCE_BUDGET_AMOUNT", "update candidate.fct_tolerances_used set used_amount = 100.01", "failed"),
    (
        "CALENDAR_UNKNOWN_SHARE",
        "update candidate.pending_items set due_on = '2027-01-04' where leg = 'payouts'",
        "warned",
    ),
]


@pytest.fixture
def gate(settings: Settings, candidate: warehouse.Connection) -> Iterator[Any]:
    """Run the gate; give the verdict and what did not pass."""

    def run() -> tuple[str, dict[str, tuple[Any, ...]]]:
        verdict = gate_marts(candidate, warehouse.url(settings), "run-1")
        failures = candidate.execute(
            "select rule, severity, observed, threshold, detail from ops.gate_results where not success"
        )
        return verdict, {row[0]: row[1:] for row in failures}

    return run


def test_every_marts_rule_has_a_case_that_breaks_it() -> None:
    assert {rule for rule, _, _ in BREAKS} == {
        rule for rule, entry in declared("rules").RULES.items() if entry.gate == "marts"
    }


def test_a_candidate_that_ties_out_passes_and_all_results_are_kept(gate: Any, candidate: warehouse.Connection) -> None:
    assert gate() == ("passed", {})
    assert gate() == ("passed", {})
    kept = candidate.execute("select rule, success, checked_at from ops.gate_results where gate = 'marts'").fetchall()
    assert sorted(row[0] for row in kept) == sorted(rule for rule, _, _ in BREAKS)
    assert all(success and checked_at for _, success, checked_at in kept)


@pytest.mark.parametrize(("rule", "change", "verdict"), BREAKS, ids=[rule for rule, _, _ in BREAKS])
def test_a_rule_finds_what_breaks_it(
    gate: Any, candidate: warehouse.Connection, rule: str, change: str, verdict: str
) -> None:
    candidate.execute(change)
    found, failures = gate()
    assert found == verdict
    assert rule in failures
    # Nothing that was merely dragged along is graver than what was broken.
    assert len(failures) <= 3


def test_without_a_tolerance_row_nothing_is_tolerated(gate: Any, candidate: warehouse.Connection) -> None:
    candidate.execute("delete from staging.tolerances where rule in ('PAYMENT_MATCH_RATE', 'EXCEPTION_AMOUNT_SHARE')")
    verdict, failures = gate()
    assert verdict == "failed"
    assert failures["PAYMENT_MATCH_RATE"][1:3] == ("0.9933", "1")
    assert failures["EXCEPTION_AMOUNT_SHARE"][2] == "0"


def test_the_more_specific_tolerance_holds_and_only_while_it_is_valid(
    gate: Any, candidate: warehouse.Connection
) -> None:
    candidate.execute(
        "insert into staging.tolerances (rule, leg, platform, min_share, valid_from, valid_to) values"
        " ('PAYMENT_MATCH_RATE', 'payments', 'taobao', 0.995, '2026-05-01', '2026-05-30'),"
        " ('REFUND_MATCH_RATE', 'refunds', 'taobao', 0.995, '2026-06-01', null),"
        " ('PAYOUT_MATCH_RATE', 'payouts', 'taobao', 0.995, null, '2026-05-29'),"
        " ('WALLET_MATCH_RATE', 'wallets', 'jd', 0.995, null, null)"
    )
    verdict, failures = gate()
    assert verdict == "failed"
    assert {rule: found[2] for rule, found in failures.items()} == {"PAYMENT_MATCH_RATE": "0.995"}


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (f"alter table {_DAYS} rename column matched_count to hits", "DAY_MATCH_RATE"),
        ("drop table candidate.exceptions", "EXCEPTION_P1_AMOUNT"),
        ("alter table staging.tolerances drop column max_amount", "RECONCILIATION_BALANCE_AMOUNT"),
    ],
)
def test_a_rule_that_cannot_be_measured_has_failed_gravely(
    gate: Any, candidate: warehouse.Connection, damage: str, rule: str
) -> None:
    candidate.execute(damage)
    verdict, failures = gate()
    assert verdict == "failed"
    severity, *_, detail = failures[rule]
    assert severity == "critical"
    assert "exist" in detail


def test_the_gate_reads_through_a_connection_that_cannot_write(settings: Settings, candidate: Any) -> None:
    url = read_only(warehouse.url(settings) + "?options=-c%20work_mem%3D8MB").replace("+psycopg2", "")
    with psycopg.connect(url, autocommit=True) as reader:
        assert reader.execute("show work_mem").fetchone() == ("8MB",)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("delete from candidate.exceptions")


def test_a_break_among_a_few_rows_is_shown_and_withholds_nothing(gate: Any, candidate: warehouse.Connection) -> None:
    few = f"update {_FACTS} set channel = 'unionpay' where leg = 'payments' and entity_id in ({{}}); {_REPORT}"
    few_rows = ", ".join(f"'payments{number}'" for number in range(99))
    unmatched = (
        f"update {_FACTS} set state = 'exception', reason = 'OP01', exception_id = 'payments891'"
        f" where entity_id in ({few_rows});"
    )
    candidate.execute(unmatched + few.format(few_rows))
    assert gate() == ("passed", {})
    candidate.execute(few.format("'payments100'"))
    assert gate()[1].keys() == {"PAYMENT_MATCH_RATE"}
