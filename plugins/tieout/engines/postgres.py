"""The warehouse's PostgreSQL as the engine: raw's tables are there, the models become tables beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from psycopg import sql

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.engines.engine import PUBLISHABLE, Row
from tieout.warehouse import Connection, candidate


@dataclass(frozen=True)
class PostgresEngine:
    """An Engine (engines.engine) in the warehouse."""

    settings: Settings
    copies_rows: bool = True

    def begin(self, connection: Connection, *, anew: bool) -> None:
        """Let nothing of an earlier build count; raw is here, and each model is replaced as it is built."""
        candidate.write_contents(connection, "layers", None)
        if anew:
            connection.execute("delete from changes.base")

    def read(self, query: str) -> list[Row]:
        """Read what was built."""
        with warehouse.connect(self.settings) as connection:
            return connection.execute(query.encode()).fetchall()

    def replace(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Replace a table's rows, all or nothing."""
        target = sql.Identifier(*table.split("."))
        listed = sql.SQL(", ").join(map(sql.Identifier, columns))
        with warehouse.connect(self.settings) as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("delete from {}").format(target))
            with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(target, listed)) as copy:
                for row in rows:
                    copy.write_row(row)

    def stage(self, connection: Connection) -> int:
        """Lay what is to be published into the candidate, and give the number of tables."""
        names = [str(name) for (name,) in connection.execute(PUBLISHABLE.encode())]
        candidate.stage_candidate(connection, names)
        return len(names)
