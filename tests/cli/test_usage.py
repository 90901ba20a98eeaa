"""Exit codes: 0 done, 1 failed with words, 2 bad usage; a wrong call starts nothing."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tieout.cli import main

Tieout = Callable[..., object]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "Missing option '--as-of'"),
        (["run", "--as-of", "2026-13-01"], "does not match the format"),
        (["run", "--as-of", "31.05.2026"], "does not match the format"),
        (["run", "--as-of", "2026-05-31", "--inbox", "/no/such/inbox"], "does not exist"),
        (["build"], "Missing option '--as-of'"),
        (["query"], "Missing argument 'SQL'"),
        (["query", "select 1", "--format", "xml"], "is not one of"),
        (["explain"], "Missing argument 'ID'"),
        (["score", "--truth", "/no/such/truth.csv"], "does not exist"),
        (["publsh"], "No such command"),
        (["run", "--as-of", "2026-05-31", "--force"], "No such option"),
    ],
)
def test_bad_usage_is_2_says_what_is_wrong_and_starts_nothing(
    tmp_path: Path, tieout: Tieout, arguments: list[str], words: str
) -> None:
    home = [] if arguments == ["publsh"] else ["--home", tmp_path / "home"]
    answer = tieout(*arguments, *home)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err
    assert not (tmp_path / "home").exists()


def test_help_is_quick_and_names_every_command(tieout: Tieout) -> None:
    answer = tieout("--help")
    assert answer.code == 0
    commands = ("run", "land", "build", "gate", "publish", "status", "query", "explain", "docs", "demo", "warehouse")
    for command in commands:
        assert f"\n  {command} " in answer.out
        assert tieout(command, "--help").code == 0
    heavy = "pandas, great_expectations, dbt.cli, pyarrow"
    code = f"import sys, tieout.cli; print([m for m in '{heavy}'.split(', ') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"


def test_a_home_that_cannot_be_used_is_1_with_words(tmp_path: Path, tieout: Tieout) -> None:
    (tmp_path / "file").write_text("")
    answer = tieout("status", "--home", tmp_path / "file" / "home")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("tieout: ")
    assert "Traceback" not in answer.err


def test_a_warehouse_that_cannot_go_on_is_1_with_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fill_the_disk() -> None:
        raise psycopg.errors.DiskFull("could not extend file: No space left on device\nHINT:  Check free disk space.")

    monkeypatch.setitem(main.__globals__, "cli", fill_the_disk)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("tieout: The warehouse could not go on: could not extend file: No space left on device ")
    assert "repeat the command" in said
