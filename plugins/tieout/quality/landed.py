"""The gate before loading: what a run has landed, stream by stream."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tieout.quality import totals
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
    """Check the new batches of each (source, stream), one suite a stream, and keep the results in ops.gate_results.

    `tolerances` is the merged seed as a file, of which the rows that hold on `as_of` count; a row's `platform` is the
    source here and its `leg` the stream. The recent past is raw.batches plus the batches themselves. What
    `blocked_streams` names among the results must not be loaded. The run must be in ops.runs.
    """
    gate = _Gate(run_id, as_of, Tolerances.load(tolerances))
    landed = {STREAMS[key]: batches for key, batches in sorted(batches_by_stream.items()) if batches}
    if not landed:
        return []
    source = open_context().data_sources.add_pandas("landed")
    results = [result for stream, batches in landed.items() for result in gate.check_rows(source, stream, batches)]
    results.extend(gate.check_totals(source, landed, connection))
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

    def check_rows(self, source: Any, stream: Stream, batches: Sequence[LandedBatch]) -> Iterator[GateResult]:
        expectations = declared("raw").suite(stream, partial(self.tolerance, stream))
        outcomes = validate_frame(
            source, stream.table, read_landed(stream, batches), expectations, ["file_name", "line_number"]
        )
        by_rule: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            by_rule[outcome.rule].append(outcome)
        for rule, found in by_rule.items():
            failed = [one for one in found if not one.success]
            errors = [one for one in failed if one.error]
            worst = max(one.result.get("unexpected_percent") or 0 for one in found)
            yield GateResult(
                run_id=self.run_id,
                gate="raw",
                subject=f"{stream.source}/{stream.name}",
                rule=rule,
                severity=(errors or found)[0].severity,
                success=not failed,
                observed="" if errors else _figure(worst / 100),
                threshold=f"{self.tolerance(stream, rule):f}",
                detail="; ".join(_explain(one) for one in failed[:_EXAMPLES]),
            )

    def check_totals(
        self,
        source: Any,
        landed: Mapping[Stream, Sequence[LandedBatch]],
        connection: psycopg.Connection[Any],
    ) -> Iterator[GateResult]:
        """One suite for all streams: each costs as much as a large stream's rows."""
        raw = declared("raw")
        frame = totals.lay_out(landed, connection, list(raw.TOTALS), self.tolerance)
        for outcome in validate_frame(
            source, "totals", frame, raw.totals_suite(), ["subject", "file_name"], everywhere=True
        ):
            measure = raw.TOTALS[outcome.rule]
            failed: dict[str, list[str]] = defaultdict(list)
            for row in outcome.result.get("unexpected_index_list") or []:
                failed[row["subject"]].append(f"{_figure(row[measure])} in {row['file_name']}")
            for stream in landed:
                subject = f"{stream.source}/{stream.name}"
                observed = frame.loc[frame["subject"] == subject, measure].dropna()
                worst = observed.min() if declared("rules").RULES[outcome.rule].bound == "min_share" else observed.max()
                yield GateResult(
                    run_id=self.run_id,
                    gate="raw",
                    subject=subject,
                    rule=outcome.rule,
                    severity=outcome.severity,
                    success=subject not in failed and not outcome.error,
                    observed="" if observed.empty else _figure(worst),
                    threshold=f"{self.tolerance(stream, outcome.rule):f}",
                    detail=outcome.error or ", ".join(failed[subject][:_EXAMPLES]),
                )


def read_landed(stream: Stream, batches: Sequence[LandedBatch]) -> "pd.DataFrame":
    """Read the columns that rules look at, all new rows of a stream in one frame; an empty cell is null."""
    import pandas as pd
    import pyarrow.parquet as pq

    words = declared("words")
    wanted = {*words.required_columns(stream), *words.known_words(stream), *words.amount_columns(stream)}
    columns = [column for column in (*stream.columns, "unknown_columns") if column in wanted | {"unknown_columns"}]
    frames = []
    for batch in batches:
        frame = pq.read_table(batch.rows_path, columns=[*columns, "line_number"]).to_pandas()
        frames.append(frame.assign(file_name=batch.file_name))
    rows: pd.DataFrame = pd.concat(frames, ignore_index=True)
    for column in columns:
        text = rows[column].astype("str")
        rows[column] = text.where(text.str.strip() != "")
    return rows


def _explain(outcome: Outcome) -> str:
    if outcome.error:
        return outcome.error
    column = outcome.kwargs["column"]
    # One place for each thing found: twenty rows with one new word are one example.
    distinct = {str(row[column]): row for row in reversed(outcome.result["partial_unexpected_index_list"])}
    examples = ", ".join(_example(column, row) for row in reversed(list(distinct.values())[-_EXAMPLES:]))
    return f"{column}: {outcome.result['unexpected_count']} of {outcome.result['element_count']}, {examples}"


def _example(column: str, row: Mapping[str, Any]) -> str:
    """Name a place and what stands there; of unknown columns their names only, because their values may be personal."""
    value = row[column]
    if isinstance(value, str):
        shown = "/".join(json.loads(value)) if column == "unknown_columns" else f"'{value[:40]}'"
    else:
        shown = "empty"
    return f"{shown} in {row['file_name']} line {row['line_number']}"


def _figure(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
