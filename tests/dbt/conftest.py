"""One empty warehouse in which every model was built, so that its tables exist; stopped and removed afterwards."""

from collections.abc import Iterator

import pytest
from built import AS_OF, Built

from tieout import engines, warehouse
from tieout.core.settings import Settings
from tieout.dbt import build, read_manifest
from tieout.warehouse import embedded


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Give the project, built once into an empty warehouse."""
    settings = Settings(tmp_path_factory.mktemp("models"))
    warehouse.start(settings)
    build(settings, warehouse.url(settings), AS_OF)
    manifest = read_manifest(settings, warehouse.url(settings))
    columns: dict[tuple[str, str], list[str]] = {}
    with warehouse.connect(settings) as connection:
        engines.choose(settings).stage(connection)
        for schema, table, column in connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns order by ordinal_position"
        ):
            columns.setdefault((schema, table), []).append(column)
    yield Built(settings, manifest, columns)
    embedded.remove(settings)
