"""Raw: the landed batches as tables, exactly as many rows as were landed, whatever was interrupted or repeated."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from psycopg import sql

from tieout.core.errors import TieoutError
from tieout.landing import Batch, Finding
from tieout.sources import STREAMS
from tieout.warehouse import copying
from tieout.warehouse.connection import Connection

LINEAGE = {
    "unknown_columns": "text",
    "delivery_id": "text",
    "line_number": "integer",
    "row_hash": "text",
    "occurrence_number": "integer",
}
"""The columns that every raw table has after the declared ones, which are all text."""

_BATCH = (
    "batch_id",
    "source",
    "stream",
    "file_name",
    "sha256",
    "byte_size",
    "row_count",
    "rejected_count",
    "window_from",
    "window_to",
    "account",
    "exported_at",
    "delivered_at",
    "delivery_rank",
    "totals",
    "landed_hash",
)
_FINDING = (
    "finding_id",
    "source",
    "stream",
    "file_name",
    "sha256",
    "reason",
    "message",
    "line_number",
    "column_name",
    "value",
    "window_from",
    "window_to",
    "account",
    "delivery_rank",
)


@dataclass(frozen=True)
class Loaded:
    """What a load did, in batches, and the rows of those that it loaded."""

    loaded: int
    unchanged: int
    removed: int
    rows: int


def ensure_tables(connection: Connection) -> None:
    """Make raw.<source>__<stream> for every declared stream, and add columns that were declared since."""
    # Looked at without a lock first, so that nobody who only reads waits for a load to end.
    if _list_changes(connection):
        with connection.transaction():
            connection.execute("lock table raw.batches in share row exclusive mode")
            for change in _list_changes(connection):
                connection.execute(change)


def load(
    connection: Connection,
    batches: Iterable[Batch],
    tell: Callable[[str], None] = lambda _: None,
    *,
    copies: bool = True,
) -> Loaded:
    """Make raw hold exactly these batches: all that are in landing. One transaction, so all of it or nothing.

    `tell` hears how far a long load has come.

    A batch that is loaded as it lies in landing is left alone; if only its names or its rank have changed, raw.batches
    is updated; a replayed one is loaded again; one that is no longer given is removed. Without `copies` the rows stay
    in landing, for an engine that reads them there; a later load with it copies what is missing. Raises TieoutError
    when a batch's folder is damaged or was landed for other columns than are declared now.
    """
    given = {batch.batch_id: batch for batch in batches}
    rows = {batch_id: _describe(batch) for batch_id, batch in given.items()}
    ensure_tables(connection)
    with connection.transaction():
        # Two loads at once would both copy what is missing.
        connection.execute("lock table raw.batches in share row exclusive mode")
        columns = sql.SQL(", ").join(map(sql.Identifier, _BATCH))
        known = {
            row[0]: row for row in connection.execute(sql.SQL("select {} from raw.batches").format(columns)).fetchall()
        }
        here = {key for (key,) in connection.execute("select batch_id from raw.batches where is_copied").fetchall()}
        changed = {key for key, row in rows.items() if key not in known or known[key][-1] != row[-1]}
        fresh = [batch for key, batch in given.items() if key in changed or (copies and key not in here)]
        removed = [key for key in known if key not in given]
        replaced = [batch.batch_id for batch in fresh if batch.batch_id in known]
        emptied = _delete_rows(connection, [known[key] for key in [*removed, *replaced]])
        if copies:
            copying.copy_rows(connection, fresh, tell)
        else:
            copying.check(fresh)
        _insert_rejections(connection, fresh)
        here = (here - changed) | {batch.batch_id for batch in fresh if copies}
        restated = sorted({key for key, row in rows.items() if known.get(key) != row} | {*replaced})
        connection.execute("delete from raw.batches where batch_id = any(%s)", ([*removed, *restated],))
        _copy(connection, "batches", (*_BATCH, "is_copied"), [(*rows[key], key in here) for key in restated])
    touched = {f"{batch.source}__{batch.stream}" for batch in fresh if copies} | emptied
    for table in [*sorted(touched), *(["batches", "rejections"] if fresh or removed else [])]:
        connection.execute(sql.SQL("analyze {}").format(sql.Identifier("raw", table)))
    return Loaded(len(fresh), len(given) - len(fresh), len(removed), sum(batch.row_count for batch in fresh))


def load_findings(connection: Connection, findings: Iterable[Finding]) -> int:
    """Make raw.findings hold exactly these findings; give their number."""
    rows = [tuple(getattr(finding, name) for name in _FINDING) for finding in findings]
    with connection.transaction():
        connection.execute("lock table raw.findings in share row exclusive mode")
        connection.execute("delete from raw.findings")
        _copy(connection, "findings", _FINDING, rows)
    return len(rows)


def _list_changes(connection: Connection) -> list[sql.Composed]:
    existing: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'raw'"
    ):
        existing.setdefault(table, set()).add(column)
    changes = []
    for stream in STREAMS.values():
        wanted = dict.fromkeys(stream.columns, "text") | LINEAGE
        table = sql.Identifier("raw", stream.table)
        typed = {name: sql.SQL("{} " + kind).format(sql.Identifier(name)) for name, kind in wanted.items()}
        if stream.table not in existing:
            changes.append(sql.SQL("create table {} ({})").format(table, sql.SQL(", ").join(typed.values())))
        elif missing := [typed[name] for name in wanted if name not in existing[stream.table]]:
            added = sql.SQL(", ").join(sql.SQL("add column {}").format(column) for column in missing)
            changes.append(sql.SQL("alter table {} {}").format(table, added))
    return changes


def _describe(batch: Batch) -> tuple[object, ...]:
    # The hash of what was landed, not of what was received: a replay can read other rows out of the same bytes.
    digest = hashlib.sha256()
    for name in ("manifest.json", "rows.parquet"):
        try:
            with (batch.folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise TieoutError(
                f"The batch in {batch.folder} is damaged ({error}). Replay it from its content."
            ) from error
    special = {
        "totals": json.dumps(_totals(batch), ensure_ascii=False, sort_keys=True),
        "landed_hash": digest.hexdigest(),
    }
    return tuple(special[name] if name in special else getattr(batch, name) for name in _BATCH)


def _totals(batch: Batch) -> dict[str, str]:
    """Give what the rows were proved against: the file's own control totals and its companion's."""
    stream = STREAMS.get((batch.source, batch.stream))
    checked = ("rows", "total_amount") if stream and stream.amount_column else ("rows",)
    stated = batch.meta or {}
    return batch.totals | {f".meta.json {name}": str(stated[name]) for name in checked if name in stated}


def _delete_rows(connection: Connection, batches: Sequence[tuple[object, ...]]) -> set[str]:
    by_table: dict[str, list[object]] = {}
    for batch_id, source, stream, *_ in batches:
        by_table.setdefault(f"{source}__{stream}", []).append(batch_id)
    for table, keys in by_table.items():
        target = sql.Identifier("raw", table)
        connection.execute(sql.SQL("delete from {} where delivery_id = any(%s)").format(target), (keys,))
    connection.execute("delete from raw.rejections where delivery_id = any(%s)", ([row[0] for row in batches],))
    return set(by_table)


def _insert_rejections(connection: Connection, batches: Sequence[Batch]) -> None:
    rows = [
        (batch.batch_id, rejection.line, rejection.column, rejection.value, rejection.reason)
        for batch in batches
        for rejection in batch.rejected
    ]
    _copy(connection, "rejections", ("delivery_id", "line_number", "column_name", "value", "reason"), rows)


def _copy(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    target = sql.Identifier("raw", table)
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy {} ({}) from stdin").format(target, listed)) as copy:
        for row in rows:
            copy.write_row([copying.replace_nul(value) if isinstance(value, str) else value for value in row])
