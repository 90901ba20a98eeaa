"""What an engine is: whatever builds the models between raw and the candidate."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from tieout.warehouse import Connection

Row = tuple[Any, ...]

PUBLISHABLE = (
    "select table_name from information_schema.tables where table_schema = 'marts' and table_type = 'BASE TABLE'"
    " and table_name not like 'exc\\_%' escape '\\' order by table_name"
)
"""The tables to publish: the facts, exceptions and reports. Views and the legs' own exceptions are not."""


class Engine(Protocol):
    """What builds the models. `connection` is the warehouse's: raw's deliveries and the candidate are always there."""

    @property
    def copies_rows(self) -> bool:
        """Whether it builds from raw's tables; else from landing's files, and the rows need not be copied."""

    def begin(self, connection: Connection, *, anew: bool) -> None:
        """Let raw stand where the models read it; `anew`: the build begins from nothing."""

    def read(self, query: str) -> list[Row]:
        """Read what was built."""

    def replace(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Replace a table's rows, all or nothing. The table (`schema.name`) is there since `begin`."""

    def stage(self, connection: Connection) -> int:
        """Lay what is to be published into the candidate, and give the number of tables.

        Whatever else is read of a build stands in the warehouse then.
        """
