"""The commands that the deployment's files and the manual name, and whether the program they call knows them."""

import importlib.util
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import click

from tieout.cli.main import cli
from tieout.warehouse import binaries

from .compose import CELERY, ROOT, parsed, run

_SYSTEM = {"sudo", "echo", "printf", "redis-server", "redis-cli", "grep", "export", "source", "git"}
_POSTGRES = {"psql", "pg_dump", "pg_isready", "postgres"}


@dataclass
class Commands:
    """What was found: `wrong` is what its program does not know, `airflow` what Airflow has to be asked for."""

    seen: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    airflow: list[list[str]] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)

    def check(self, words: list[str]) -> None:
        """Hold one command against its program."""
        program, *rest = words
        self.seen.append(Path(program).name)
        match Path(program).name:
            case "tieout":
                self._tieout(cli, rest, words)
            case "airflow":
                self.airflow.append(rest)
            case "docker":
                self._compose(rest[1:] if rest[:1] == ["compose"] else [], words)
            case "python":
                self._python(rest, words)
            case "sh":
                assert rest[0] == "-ec", words
                for part in split(rest[1]):
                    self.check(part)
            case "make":
                targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
                self._blame(set(rest) <= set(targets), words)
            case "celery":
                assert rest[0] == "--app", words
                self.objects.append(rest[1])
            case name if name in _POSTGRES:
                self._options(str(binaries.locate() / name), [], rest, words)
            case name if name.endswith(".sh"):
                self._blame(os.access(ROOT / program, os.X_OK), words)
            case name:
                self._blame(name in _SYSTEM, words)

    def _blame(self, right: bool, words: list[str]) -> None:
        if not right:
            self.wrong.append(shlex.join(words))

    def _tieout(self, command: click.Command, rest: list[str], words: list[str]) -> None:
        while isinstance(command, click.Group):
            if not rest or rest[0] not in command.commands:
                self._blame(rest == ["--help"], words)
                return
            command, rest = command.commands[rest[0]], rest[1:]
        try:
            given, left, _ = command.make_parser(click.Context(command)).parse_args(list(rest))
        except click.ClickException as error:
            self.wrong.append(f"{shlex.join(words)}: {error.format_message()}")
            return
        missing = [one.name for one in command.params if one.required and given.get(one.name) is None]
        self._blame(not left and not missing, words)

    def _compose(self, rest: list[str], words: list[str]) -> None:
        while rest and rest[0] == "-f":
            self._blame((ROOT / rest[1]).is_file(), words)
            rest = rest[2:]
        action, *rest = rest
        rest = self._options("compose", [action], rest, words)
        if action in {"exec", "run", "logs", "restart"} and rest:
            self._blame(rest[0] in _services(), words)
            if action in {"exec", "run"}:
                self.check(rest[1:])
        elif action == "cp":
            self._blame(rest[0].split(":")[0] in _services(), words)

    def _python(self, rest: list[str], words: list[str]) -> None:
        if rest[0] == "-m":
            self._blame(importlib.util.find_spec(rest[1]) is not None, words)
        else:
            # Relative to the image's working folder, whose layout is the repository's.
            self._blame((ROOT / rest[0]).is_file() and f"COPY {Path(rest[0]).parent} " in _dockerfile(), words)

    def _options(self, program: str, action: list[str], rest: list[str], words: list[str]) -> list[str]:
        """Check the options before the first operand, and give what is left."""
        text = _help(program, *action)
        self._blame(text != "", words)
        while rest and rest[0].startswith("-"):
            name = rest[0].split("=")[0]
            stated = re.search(rf"(?<![\w-]){re.escape(name)}\b([ =]\S+)?", text)
            self._blame(stated is not None, words)
            takes_value = bool(stated and stated[1] and re.match(r"[ =]([A-Z]|string|scale|name)", stated[1]))
            rest = rest[2:] if takes_value and "=" not in rest[0] else rest[1:]
        return rest


def split(script: str) -> Iterator[list[str]]:
    """Take a shell script apart into its commands; loops and redirections are not commands."""
    for line in script.replace("\\\n", " ").splitlines():
        text = line.strip()
        if not text or text.startswith(("#", "for ", "done")):
            continue
        lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;>")
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, ";"]:
            if word in {"|", "&&", ";"}:
                if words:
                    yield words[: next((place for place, one in enumerate(words) if one in {">", ">>"}), None)]
                words = []
            else:
                words.append(word)


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of a language in a document, also inside of lists."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [body for _, body in found]


@cache
def _help(program: str, *action: str) -> str:
    if program == "compose":
        done = run(*action, "--help")
    else:
        done = subprocess.run([program, *action, "--help"], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


@cache
def _services() -> frozenset[str]:
    return frozenset(parsed(CELERY)["services"])


@cache
def _dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text("utf-8")
