"""What readers see of a home, as text that can be compared byte by byte."""

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.reports.table import query_published
from tieout.warehouse.candidate import KEPT

EXCEPTIONS = "select * from exceptions order by exception_id"


def answer(settings: Settings, query: str = EXCEPTIONS) -> str:
    """Give a query's answer as csv."""
    return query_published(settings, query).to_csv()


def rows(settings: Settings, query: str = EXCEPTIONS) -> list[dict[str, str]]:
    """Give a query's answer as text by column; null is empty."""
    found = query_published(settings, query)
    return [
        {name: "" if cell is None else str(cell) for name, cell in zip(found.columns, row, strict=True)}
        for row in found.rows
    ]


def everything(settings: Settings) -> dict[str, list[str]]:
    """Give every row of every table that a publication replaces, by table."""
    with warehouse.connect(settings) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'published' order by 1"
        ).fetchall()
        tables = [name for (name,) in names if name not in KEPT]
        assert {"exceptions", "pending_items", "rpt_reconciliation_by_day"} <= set(tables)
        return {
            name: [row for (row,) in connection.execute(f"select t::text from published.{name} as t order by 1")]  # type: ignore[arg-type]
            for name in tables
        }


def history(settings: Settings) -> list[dict[str, str]]:
    """Give the life of every exception as it was shown."""
    return rows(settings, "select * from exception_history order by exception_id, version_no")
