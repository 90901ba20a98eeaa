"""One world of 5,000 orders for every test that only reads."""

from pathlib import Path

import pytest

from tieout.world import Summary, write


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """A month of 5,000 orders and its summary."""
    home = tmp_path_factory.mktemp("world") / "home"
    return home, write(5000, 31, 7, home)


@pytest.fixture(scope="session")
def home(written: tuple[Path, Summary]) -> Path:
    """The month's folder."""
    return written[0]
