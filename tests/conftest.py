"""A made-up merchant's month, tied out once for everybody who only reads it, and homes that clean up behind them."""

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tieout import world
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.warehouse import embedded

MakeHome = Callable[[str], Settings]


@dataclass(frozen=True)
class Answer:
    """What a command came to: its exit code and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True, scope="session")
def _no_home_of_the_developer() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("TIEOUT_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeHome]:
    """Give a maker of homes; what their servers hold is removed after the module."""
    made: list[Settings] = []

    def make(name: str) -> Settings:
        made.append(Settings(tmp_path_factory.mktemp(name)))
        return made[-1]

    yield make
    for settings in made:
        embedded.remove(settings)


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A written world: inbox/, config/ and truth.csv of May 2026."""
    folder = tmp_path_factory.mktemp("month") / "world"
    summary = world.write(800, 31, 1, folder)
    assert summary.last == date(2026, 5, 31)
    return folder


@pytest.fixture(scope="session")
def published(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home into which the whole month was put at once, tied out as of its last day; to be read only."""
    settings = Settings(tmp_path_factory.mktemp("published"))
    shutil.copytree(month / "config", settings.config)
    run_day(settings, date(2026, 5, 31), month / "inbox")
    yield settings
    embedded.remove(settings)


@pytest.fixture(scope="session")
def tieout() -> Callable[..., Answer]:
    """Give the command, in this process: `tieout("run", "--home", …)`."""
    from tieout.cli import main

    def call(*arguments: object) -> Answer:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["tieout", *map(str, arguments)])
            try:
                main()
                code = 0
            except SystemExit as exit_:
                code = int(exit_.code or 0)
        return Answer(code, out.getvalue(), err.getvalue())

    return call
