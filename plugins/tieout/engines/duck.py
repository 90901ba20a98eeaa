"""DuckDB as the engine: it reads landing's rows.parquet where they lie and hands its tables over through Arrow.

Its database is a file in the home.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.engines import handed_over, landed
from tieout.engines.engine import PUBLISHABLE, Row
from tieout.engines.handed_over import HandOver
from tieout.warehouse import Connection, candidate, transfer
from tieout.warehouse.candidate import Columns, to_published_type

if TYPE_CHECKING:
    import duckdb

EVIDENCE = {
    "staging": ("calendar_days", "exception_codes", "legs", "stg_landing__deliveries", "tolerances"),
    "intermediate": (
        "int_after_sale_events",
        "int_after_sales",
        "int_bank_lines",
        "int_channel_transactions",
        "int_erp_documents",
        "int_order_lines",
        "int_orders",
        "int_payouts",
        "int_payouts_matched_to_bank_lines",
        "int_refunds",
        "int_settlement_lines",
        "int_stock_movements",
        "int_tickets",
        "int_transactions_matched_to_orders",
        "int_wallet_lines",
    ),
    "marts": ("fct_payouts", "fct_settlement_batches"),
}
"""What gates and reports read in the warehouse besides the published tables: an item's rows, seeds, deliveries."""

_BUILT = ("staging", "intermediate", "marts", "changes", "handed_over")
# What a build from nothing does without; so it is handed over as a whole, whatever was done to the warehouse meanwhile.

_TYPES = {
    "VARCHAR": "text",
    "TINYINT": "bigint",
    "SMALLINT": "bigint",
    "INTEGER": "bigint",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}


@dataclass(frozen=True)
class DuckDBEngine:
    """An Engine (engines.engine) in a file beside the warehouse."""

    settings: Settings
    copies_rows: bool = False

    def begin(self, connection: Connection, *, anew: bool) -> None:
        """Let raw stand where the models read it: deliveries as tables, the streams as views over landing's files."""
        self.settings.duckdb.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as database:
            for schema in _BUILT if anew else ():
                database.execute(f"drop schema if exists {schema} cascade")
            landed.lay_out(database, connection, self.settings)

    def read(self, query: str) -> list[Row]:
        """Read what was built."""
        with self._open() as database:
            return database.execute(query).fetchall()

    def replace(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Replace a table's rows, all or nothing."""
        import pyarrow as pa

        given = list(rows)
        values = zip(*given, strict=True) if given else [()] * len(columns)
        with self._open() as database:
            database.register("given", pa.table(dict(zip(columns, map(list, values), strict=True))))
            database.begin()
            database.execute(f"delete from {table}")
            database.execute(f"insert into {table} ({', '.join(columns)}) select * from given")
            database.commit()

    def stage(self, connection: Connection) -> int:
        """Lay what is to be published into the candidate, and give the number of tables.

        What else is read of a build takes the place of whatever stands in the warehouse's own layers. Where the last
        hand-over is what stands there, no more than what has changed since is handed over.
        """
        # Rows on their way to the server take memory as well, and more for DuckDB hands them over hardly sooner.
        memory = self.settings.duckdb_memory // 2
        with self._open(memory) as database, handed_over.handing_over(database) as last:
            names = [str(name) for (name,) in database.execute(PUBLISHABLE).fetchall()]
            evidence = [(schema, name) for schema, tables in EVIDENCE.items() for name in tables]
            contents = candidate.read_contents(connection)
            with candidate.emptied(connection, names) as candidate_id:
                # What takes the place of the warehouse's own models cannot be brought up to date by them.
                connection.execute("delete from changes.base")
                if last is None or contents.get("layers") != last:
                    for schema in EVIDENCE:
                        _empty(connection, schema)
                there = {schema: candidate.read_columns(connection, schema) for schema in (*EVIDENCE, "published")}
                if contents.get("published") != last:
                    there["published"] = {}
                for schema, name in sorted({*evidence, *(("marts", name) for name in names)}):
                    table = HandOver(database, schema, name)
                    changed = table.compare() if last else None
                    if (schema, name) in evidence:
                        _hand_over_evidence(connection, table, changed, there[schema].get(name))
                    if schema == "marts" and name in names:
                        _hand_over(connection, table, changed, there["published"].get(name))
                    table.keep(changed)
                candidate.write_contents(connection, "layers", candidate_id)
            handed_over.keep_candidate(database, candidate_id)
        return len(names)

    @contextmanager
    def _open(self, memory: int | None = None) -> Iterator["duckdb.DuckDBPyConnection"]:
        import duckdb

        try:
            database = duckdb.connect(self.settings.duckdb)
        except duckdb.IOException as error:
            raise TieoutError(
                f"{self.settings.duckdb} cannot be opened: {error}. If nobody else has it open, remove it: it is "
                "built again from what was landed."
            ) from error
        with database:
            database.execute("set timezone = 'UTC'; set enable_progress_bar = false")
            database.execute(f"set memory_limit = '{memory or self.settings.duckdb_memory}MB'")
            yield database


def _hand_over(connection: Connection, table: HandOver, changed: int | None, there: Columns | None) -> None:
    """Lay a table into the candidate; upon the published one, `there`, if that has its columns."""
    columns = _to_columns(table)
    is_known = changed is not None and _is_shaped(there, columns)
    if is_known and changed == 0:
        transfer.lay_out_unchanged(connection, table.name)
    elif not is_known or not transfer.lay_out_changes(connection, table.name, columns, table.gone(), table.come()):
        transfer.lay_out(connection, ("candidate", table.name), columns, table.all_rows())


def _hand_over_evidence(connection: Connection, table: HandOver, changed: int | None, there: Columns | None) -> None:
    """Bring the warehouse's table of the same name, `there`, to what the engine's is."""
    columns, target = _to_columns(table), (table.schema, table.name)
    is_known = changed is not None and _is_shaped(there, columns)
    if is_known and (changed == 0 or transfer.change(connection, target, columns, table.gone(), table.come())):
        return
    if there is not None:
        connection.execute(sql.SQL("drop table {}").format(sql.Identifier(*target)))
    transfer.lay_out(connection, target, columns, table.all_rows())


def _is_shaped(there: Columns | None, columns: Columns) -> bool:
    wanted = [(name, to_published_type(kind)) for name, kind in columns.items()]
    return there is not None and [*there.items()] == wanted


def _to_columns(table: HandOver) -> dict[str, str]:
    return {column: _to_type(kind) for column, kind in table.columns.items()}


def _to_type(kind: str) -> str:
    if kind.startswith("DECIMAL("):
        return kind.replace("DECIMAL", "numeric")
    if kind not in _TYPES:
        raise TieoutError(f"a column of type {kind} cannot be published: cast it in its model")
    return _TYPES[kind]


def _empty(connection: Connection, schema: str) -> None:
    rows = connection.execute(
        "select relname, case relkind when 'v' then 'view' else 'table' end from pg_class"
        " where relnamespace = to_regnamespace(%s) and relkind in ('r', 'v')",
        (schema,),
    ).fetchall()
    for name, kind in rows:
        # One that was built upon another has gone with it.
        connection.execute(sql.SQL("drop {} if exists {} cascade").format(sql.SQL(kind), sql.Identifier(schema, name)))
