"""One embedded server a module, in a home of its own that the system user can reach, removed afterwards."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.warehouse import embedded


@pytest.fixture(autouse=True, scope="session")
def _no_warehouse_of_the_developer() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TIEOUT_HOME", "TIEOUT_WAREHOUSE_URL", "TIEOUT_WAREHOUSE_PORT"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def make_home() -> Iterator[Callable[[], Settings]]:
    """Give a maker of homes; the servers that were started in them are stopped and their data removed."""
    made: list[Settings] = []

    def make() -> Settings:
        # Not tmp_path: pytest closes it to everybody else, so that root's server could not lie in it.
        folder = Path(tempfile.mkdtemp(prefix="tieout-test-"))
        folder.chmod(0o755)
        made.append(Settings(folder))
        return made[-1]

    yield make
    for settings in made:
        embedded.remove(settings)
        shutil.rmtree(settings.home)


@pytest.fixture(scope="module")
def settings(make_home: Callable[[], Settings]) -> Settings:
    prepared = make_home()
    warehouse.start(prepared)
    return prepared


@pytest.fixture
def connection(settings: Settings) -> Iterator[warehouse.Connection]:
    with warehouse.connect(settings) as opened:
        yield opened
