# ruff: noqa: TID253  (only functions of the quality room import this module)
"""What must be true of what a run has landed, stream by stream, before it is loaded.

A frame a stream with its new rows (all text, an empty cell is null), and one frame with the totals of all new batches.
A critical failure keeps its stream out of this run; a warning is recorded.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
    ExpectColumnPairValuesAToBeGreaterThanB,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
from great_expectations.expectations.core.expect_column_values_to_be_null import ExpectColumnValuesToBeNull
from great_expectations.expectations.core.expect_column_values_to_match_regex import ExpectColumnValuesToMatchRegex
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
from great_expectations.expectations.expectation import Expectation

from expectations.rules import RULES
from expectations.words import amount_columns, known_words, required_columns
from tieout.sources import Stream

Tolerance = Callable[[str], Decimal]
"""Gives the bound that a rule's tolerance row sets for this stream; the strictest where there is no row."""

# The same shapes as tieout.core.money reads; written for pandas, which has no fullmatch expectation.
AMOUNT = r"^\s*[+-]?(?:(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?|\.\d+)\s*$"

TOTALS = {
    "BATCH_REJECTED_SHARE": "rejected_share",
    "ROW_REJECTED_SHARE": "rejected_share",
    "WINDOW_IMPOSSIBLE_SHARE": "window_impossible",
    "WINDOW_FUTURE_SHARE": "window_future",
    "VOLUME_LOW_SHARE": "volume_share",
    "VOLUME_HIGH_SHARE": "volume_share",
}
"""The column of the totals frame that each rule bounds, one row a batch, null where there is nothing to compare.

The bound itself, which may differ from stream to stream, stands in the same row in a column with the rule's name.
"""


def suite(stream: Stream, tolerance: Tolerance) -> list[Expectation]:
    """Give the expectations on a stream's new rows."""
    required = _most("REQUIRED_NULL_SHARE", tolerance)
    readable = _most("AMOUNT_UNREADABLE_SHARE", tolerance)
    known = _most("WORD_UNKNOWN_SHARE", tolerance)
    return [
        *(ExpectColumnValuesToNotBeNull(column=column, **required) for column in required_columns(stream)),
        *(ExpectColumnValuesToMatchRegex(column=column, regex=AMOUNT, **readable) for column in amount_columns(stream)),
        *(
            ExpectColumnValuesToBeInSet(column=column, value_set=list(words), **known)
            for column, words in known_words(stream).items()
        ),
        ExpectColumnValuesToBeNull(column="unknown_columns", **_most("COLUMN_UNKNOWN_SHARE", tolerance)),
    ]


def totals_suite() -> list[Expectation]:
    """Give the expectations on the totals of all new batches: each measure is within the bound beside it."""
    return [_within(rule, measure) for rule, measure in TOTALS.items()]


def _within(rule: str, measure: str) -> Expectation:
    larger, smaller = (measure, rule) if RULES[rule].bound == "min_share" else (rule, measure)
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=larger,
        column_B=smaller,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        **_declared(rule),
    )


def _most(rule: str, tolerance: Tolerance) -> dict[str, Any]:
    return {"mostly": float(1 - tolerance(rule)), **_declared(rule)}


def _declared(rule: str) -> dict[str, Any]:
    return {"severity": RULES[rule].severity, "description": RULES[rule].title_en, "meta": {"rule": rule}}
