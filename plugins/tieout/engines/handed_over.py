"""DuckDB's copy of what it has handed over last, and by which rows a table differs from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pyarrow

_BLOCK = 20_000
# Rows handed over at a time; about 4 MB.
_SMALL = 20_000
# Rows of a table that is handed over sooner than compared.
_MOST = 0.5
# Of a table's rows. With more, laying it out as a whole costs less.


@dataclass(frozen=True)
class HandOver:
    """The hand-over of one table, `schema.name`, in an open database."""

    database: "duckdb.DuckDBPyConnection"
    schema: str
    name: str

    @property
    def columns(self) -> dict[str, str]:
        """The table's columns in their order: name -> DuckDB's type."""
        described = self.database.execute(f"describe {self._table}").fetchall()
        return {column: kind for column, kind, *_ in described}

    def compare(self) -> int | None:
        """Give the number of rows that came or went since the last hand-over.

        None if it is not known, or handing over the whole table costs less. Rows are told apart by 64 bits of a hash;
        all rows that share one come and go together.
        """
        all_rows = self._count_rows()
        kept = "select 1 from information_schema.tables where table_schema = 'handed_over' and table_name = ?"
        if all_rows <= _SMALL or not self.database.execute(kept, [self._last]).fetchall():
            return None
        self.database.execute(
            f"""
            create or replace temporary table differing as
            select row_hash
            from (
                select hash(held) as row_hash, 1 as occurrence from {self._table} as held
                union all
                select hash(held), -1 from {self._copy} as held
            )
            group by row_hash
            having sum(occurrence) <> 0
            """
        )
        [(count,)] = self.database.execute("select count(*) from differing").fetchall()
        return int(count) if count <= _MOST * all_rows else None

    def all_rows(self) -> Iterator["pyarrow.RecordBatch"]:
        """Give all rows, in blocks."""
        return self._read(f"from {self._table}")

    def gone(self) -> Iterator["pyarrow.RecordBatch"]:
        """Give the rows that went since the last hand-over; after `compare`."""
        return self._read(f"from {self._copy} as held where hash(held) in (from differing)")

    def come(self) -> Iterator["pyarrow.RecordBatch"]:
        """Give the rows that came since the last hand-over; after `compare`."""
        return self._read(f"from {self._table} as held where hash(held) in (from differing)")

    def keep(self, changed: int | None) -> None:
        """Keep a copy of the table as it was handed over, if it will be compared; `changed` is what `compare` gave."""
        if self._count_rows() <= _SMALL:
            self.database.execute(f"drop table if exists {self._copy}")
        elif changed is None:
            self.database.execute(f"create or replace table {self._copy} as from {self._table}")
        elif changed:
            self.database.execute(f"delete from {self._copy} where hash({self._last}) in (from differing)")
            self.database.execute(
                f"insert into {self._copy} from {self._table} as held where hash(held) in (from differing)"
            )

    def _count_rows(self) -> int:
        [(count,)] = self.database.execute(f"select count(*) from {self._table}").fetchall()
        return int(count)

    def _read(self, rows: str) -> Iterator["pyarrow.RecordBatch"]:
        # Asked when the first block is: a database answers one question at a time.
        yield from self.database.sql(rows).to_arrow_reader(_BLOCK)

    @property
    def _table(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def _last(self) -> str:
        return f"{self.schema}__{self.name}"

    @property
    def _copy(self) -> str:
        return f"handed_over.{self._last}"


@contextmanager
def handing_over(database: "duckdb.DuckDBPyConnection") -> Iterator[str | None]:
    """Give the candidate that was handed over last; what is kept counts from the end, if that is reached."""
    database.execute("create schema if not exists handed_over")
    database.execute("create table if not exists handed_over.candidate (candidate_id text)")
    rows = database.execute("select candidate_id from handed_over.candidate").fetchall()
    database.begin()
    yield str(rows[0][0]) if rows else None
    database.commit()


def keep_candidate(database: "duckdb.DuckDBPyConnection", candidate_id: str) -> None:
    """Remember the candidate that the tables which are kept belong to."""
    database.execute("delete from handed_over.candidate")
    database.execute("insert into handed_over.candidate values (?)", [candidate_id])
