"""Where raw becomes marts: in the warehouse itself, or in DuckDB beside it. The same models, the same tables."""

from tieout.core.settings import Settings
from tieout.engines.duck import DuckDBEngine
from tieout.engines.engine import Engine, Row
from tieout.engines.postgres import PostgresEngine

__all__ = ["Engine", "Row", "choose"]


def choose(settings: Settings) -> Engine:
    """Give the engine of the settings."""
    return DuckDBEngine(settings) if settings.engine == "duckdb" else PostgresEngine(settings)
