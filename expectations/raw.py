# ruff: noqa: TID253  (only functions of the quality room import this module)
"""What must be true of what a run has landed, before it is loaded.

`questions` are asked of every new row of a stream, a row group at a time; `suite` holds what they came to, and the
totals of the batches, against the tolerances. A critical failure keeps its stream out of this run; a warning is
recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
    ExpectColumnPairValuesAToBeGreaterThanB,
)
from great_expectations.expectations.expectation import Expectation

from expectations.rules import RULES
from expectations.words import amount_columns, known_words, required_columns
from tieout.sources import Stream

# The same shapes as tieout.core.money reads.
AMOUNT = r"^\s*[+-]?(?:(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?|\.\d+)\s*$"

MEASURES = {
    "REQUIRED_NULL_SHARE": "unexpected_share",
    "AMOUNT_UNREADABLE_SHARE": "unexpected_share",
    "WORD_UNKNOWN_SHARE": "unexpected_share",
    "COLUMN_UNKNOWN_SHARE": "unexpected_share",
    "BATCH_REJECTED_SHARE": "rejected_share",
    "ROW_REJECTED_SHARE": "rejected_share",
    "WINDOW_IMPOSSIBLE_SHARE": "window_impossible",
    "WINDOW_FUTURE_SHARE": "window_future",
    "VOLUME_LOW_SHARE": "volume_share",
    "VOLUME_HIGH_SHARE": "volume_share",
}
"""The measure that each rule bounds: of a column of a stream, or of a batch.

A frame has a row for each of them. The bound, which may differ from stream to stream, stands in the same row in a
column with the rule's name; where a rule has nothing to say it is null.
"""


@dataclass(frozen=True)
class Question:
    """What a rule asks of every cell of a column; an empty cell is null. `words` and `pattern` leave nulls alone."""

    rule: str
    column: str
    asks: Literal["filled", "empty", "words", "pattern"]
    words: tuple[str, ...] = ()
    pattern: str = ""


def questions(stream: Stream) -> Iterator[Question]:
    """Give what is asked of a stream's rows."""
    for column in required_columns(stream):
        yield Question("REQUIRED_NULL_SHARE", column, "filled")
    for column in amount_columns(stream):
        yield Question("AMOUNT_UNREADABLE_SHARE", column, "pattern", pattern=AMOUNT)
    for column, words in known_words(stream).items():
        yield Question("WORD_UNKNOWN_SHARE", column, "words", words)
    yield Question("COLUMN_UNKNOWN_SHARE", "unknown_columns", "empty")


def suite() -> list[Expectation]:
    """Give the expectations on the frame of measures: each is within the bound beside it."""
    return [_within(rule, measure) for rule, measure in MEASURES.items()]


def _within(rule: str, measure: str) -> Expectation:
    larger, smaller = (measure, rule) if RULES[rule].bound == "min_share" else (rule, measure)
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=larger,
        column_B=smaller,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        **_declared(rule),
    )


def _declared(rule: str) -> dict[str, Any]:
    return {"severity": RULES[rule].severity, "description": RULES[rule].title_en, "meta": {"rule": rule}}
