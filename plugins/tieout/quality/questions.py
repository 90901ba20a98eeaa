"""What the rules ask of every landed cell, counted a part of a file at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tieout.core.columns import clean_column
from tieout.quality.totals import LandedBatch

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 50_000
_EXAMPLES = 5
_LOOKED_AT = 20


@dataclass
class Answer:
    """What one question came to over all new rows of a stream: how many cells are unexpected, of how many.

    `examples` are the first few different ones with their places. `error` says why a question could not be answered:
    never a success.
    """

    question: Any
    rows: int = 0
    asked: int = 0
    unexpected: int = 0
    examples: dict[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def share(self) -> float | None:
        """The share of unexpected cells among those that the question is about; None if that is not known."""
        return None if self.error else self.unexpected / max(1, self.asked)

    def __str__(self) -> str:
        """Say what was found, and where."""
        if self.error:
            return self.error
        return f"{self.question.column}: {self.unexpected} of {self.rows}, {', '.join(self.examples.values())}"


def ask(questions: Sequence[Any], batches: Sequence[LandedBatch]) -> list[Answer]:
    """Ask all rows of these batches; `questions` are those of expectations.raw. Holds one part of a file at a time."""
    import pyarrow.parquet as pq

    answers = [Answer(question) for question in questions]
    columns = list(dict.fromkeys(question.column for question in questions))
    for batch in batches:
        with pq.ParquetFile(batch.rows_path) as file:
            for part in file.iter_batches(_ROWS, columns=[*columns, "line_number"]):
                cells = {name: clean_column(part[name], _strip) for name in columns}
                for answer in answers:
                    _count(answer, cells[answer.question.column], part["line_number"], batch.file_name)
    return answers


def _strip(cell: str) -> str | None:
    return cell.strip() or None


def _count(answer: Answer, cells: "pa.Array", lines: "pa.Array", file_name: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if answer.error:
        return
    question = answer.question
    try:
        unexpected = _UNEXPECTED[question.asks](question, cells)
    except pa.ArrowException as error:
        answer.error = str(error)
        return
    answer.rows += len(cells)
    answer.asked += len(cells) if question.asks in {"filled", "empty"} else len(cells) - cells.null_count
    found = pc.sum(unexpected).as_py() or 0
    answer.unexpected += found
    if not found or len(answer.examples) == _EXAMPLES:
        return
    places = pc.indices_nonzero(unexpected)[:_LOOKED_AT]
    for value, line in zip(cells.take(places).to_pylist(), lines.take(places).to_pylist(), strict=True):
        shown = _show(question.column, value)
        if len(answer.examples) < _EXAMPLES:
            answer.examples.setdefault(shown, f"{shown} in {file_name} line {line}")


def _is_not_known(question: Any, cells: "pa.Array") -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pc.is_in(cells, value_set=pa.array(question.words, pa.string()))
    return pc.and_(cells.is_valid(), pc.invert(known))


def _is_not_shaped(question: Any, cells: "pa.Array") -> "pa.Array":
    import pyarrow.compute as pc

    return pc.invert(pc.match_substring_regex(cells, question.pattern)).fill_null(False)


_UNEXPECTED = {
    "filled": lambda _, cells: cells.is_null(),
    "empty": lambda _, cells: cells.is_valid(),
    "words": _is_not_known,
    "pattern": _is_not_shaped,
}


def _show(column: str, value: str | None) -> str:
    """Show a cell; of unknown columns their names only, because their values may be personal."""
    if value is None:
        return "empty"
    return "/".join(json.loads(value)) if column == "unknown_columns" else f"'{value[:40]}'"
