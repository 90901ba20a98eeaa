from pathlib import Path

import pytest

from tieout.core.settings import Settings

from .place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    settings = Settings(tmp_path / "home")
    settings.inbox.mkdir(parents=True)
    return Place(settings)
