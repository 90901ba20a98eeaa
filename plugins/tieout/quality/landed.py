"""The gate before loading: what a run has landed, stream by stream."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tieout.quality import totals
from tieout.quality.questions import Answer, ask
from tieout.quality.results import GateResult, record
from tieout.quality.tolerances import Tolerances
from tieout.quality.totals import LandedBatch
from tieout.quality.validation import Outcome, declared, open_context, validate_frame
from tieout.sources import STREAMS, Stream

if TYPE_CHECKING:
    import pandas as pd

_EXAMPLES = 5


def gate_raw(
    batches_by_stream: Mapping[tuple[str, str], Sequence[LandedBatch]],
    tolerances: Path,
    connection: psycopg.Connection[Any],
    run_id: str,
    as_of: date,
) -> list[GateResult]:
    """Check the new batches of each (source, stream), and keep the results in ops.gate_results.

    `tolerances` is the merged seed as a file, of which the rows that hold on `as_of` count; a row's `platform` is the
    source here and its `leg` the stream. The recent past is raw.batches plus the batches themselves. What
    `blocked_streams` names among the results must not be loaded. The run must be in ops.runs.

    Cells are counted file by file; Great Expectations judges what the counts and totals come to, all in one validation.
    """
    # A tolerance that cannot be read is told with its line, also when nothing has come.
    gate = _Gate(run_id, as_of, Tolerances.load(tolerances))
    landed = {STREAMS[key]: batches for key, batches in sorted(batches_by_stream.items()) if batches}
    if not landed:
        return []
    raw = declared("raw")
    answers = {stream: ask(list(raw.questions(stream)), batches) for stream, batches in landed.items()}
    frame = gate.lay_out(landed, answers, connection)
    source = open_context().data_sources.add_pandas("landed")
    outcomes = validate_frame(source, "measures", frame, raw.suite(), ["subject", "place"], everywhere=True)
    results = [result for outcome in outcomes for result in gate.judge(outcome, frame, answers)]
    record(connection, results)
    return results


@dataclass(frozen=True)
class _Gate:
    """A run's checks with the tolerances that hold on its business date."""

    run_id: str
    as_of: date
    bounds: Tolerances

    def tolerance(self, stream: Stream, rule: str) -> Decimal:
        bound = declared("rules").RULES[rule].bound
        return self.bounds.bound(rule, bound, self.as_of, {"leg": stream.name, "platform": stream.source})

    def lay_out(
        self,
        landed: Mapping[Stream, Sequence[LandedBatch]],
        answers: Mapping[Stream, Sequence[Answer]],
        connection: psycopg.Connection[Any],
    ) -> "pd.DataFrame":
        """Lay out a row for each question of a stream and for each batch; see expectations.raw.MEASURES."""
        import pandas as pd

        measures = declared("raw").MEASURES
        rows: list[dict[str, Any]] = [
            {
                "subject": _name(stream),
                "place": answer.question.column,
                "unexpected_share": answer.share,
                answer.question.rule: float(self.tolerance(stream, answer.question.rule)),
            }
            for stream, found in answers.items()
            for answer in found
        ]
        rules = [rule for rule, measure in measures.items() if measure != "unexpected_share"]
        rows.extend(totals.lay_out(landed, connection, rules, self.tolerance))
        numbers = dict.fromkeys([*measures, *measures.values()], "float64")
        return pd.DataFrame(rows, columns=["subject", "place", *numbers]).astype(numbers)

    def judge(
        self, outcome: Outcome, frame: "pd.DataFrame", answers: Mapping[Stream, Sequence[Answer]]
    ) -> Iterator[GateResult]:
        """Give a rule's result for every stream that it has something to say of."""
        rule = declared("rules").RULES[outcome.rule]
        measure = declared("raw").MEASURES[outcome.rule]
        failed: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in outcome.result.get("unexpected_index_list") or []:
            failed[row["subject"]].append(row)
        for stream, given in answers.items():
            subject = _name(stream)
            found = {answer.question.column: answer for answer in given if answer.question.rule == outcome.rule}
            rows = frame.loc[(frame["subject"] == subject) & frame[outcome.rule].notna(), measure]
            if rows.empty:
                continue
            observed = rows.dropna()
            worst = observed.min() if rule.bound == "min_share" else observed.max()
            # What could not be counted has failed, and gravely: nobody knows what it would have been.
            error = outcome.error or next((answer.error for answer in found.values() if answer.error), "")
            places = [
                str(found[row["place"]]) if found else f"{_figure(row[measure])} in {row['place']}"
                for row in failed[subject][:_EXAMPLES]
            ]
            yield GateResult(
                run_id=self.run_id,
                gate="raw",
                subject=subject,
                rule=outcome.rule,
                severity="critical" if error else outcome.severity,
                success=not failed[subject] and not error,
                observed="" if observed.empty or error else _figure(worst),
                threshold=f"{self.tolerance(stream, outcome.rule):f}",
                detail=error or ("; " if found else ", ").join(places),
            )


def _name(stream: Stream) -> str:
    return f"{stream.source}/{stream.name}"


def _figure(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
