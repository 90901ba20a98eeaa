"""Where tieout keeps its things and which warehouse it uses; read from the environment once, passed on from there."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, cast, get_args

from tieout.core.business_day import SHANGHAI
from tieout.core.errors import TieoutError

Engine = Literal["postgres", "duckdb"]
"""What builds the models."""


@dataclass(frozen=True)
class Settings:
    """Folders below `home`, the URL of a PostgreSQL server to use instead of the embedded one, a scheduler's patience.

    `engine` builds the models: the warehouse's PostgreSQL itself or DuckDB beside it; what they publish is the same.
    `duckdb_memory` is how many MB DuckDB itself may hold; the rest it writes beside its file, but some joins have to
    fit.
    `wait_hours` is how long after the end of a business date its ingest waits for what is late, `poke_seconds` how
    often it looks. Before `schedule_from` (midnight in Shanghai) nothing is run by schedule.
    """

    home: Path
    warehouse_url: str | None = None
    engine: Engine = "postgres"
    duckdb_memory: int = 750
    wait_hours: int = 72
    poke_seconds: int = 300
    schedule_from: datetime | None = None

    @classmethod
    def load(cls, home: Path | None = None) -> "Settings":
        """Read the environment (`.env.example` lists the settings); `home` wins over it. Raises TieoutError."""
        chosen = home or Path(os.environ.get("TIEOUT_HOME") or ".tieout")
        return cls(
            chosen.resolve(),
            os.environ.get("TIEOUT_WAREHOUSE_URL") or None,
            _engine(),
            _memory("TIEOUT_DUCKDB_MEMORY", cls.duckdb_memory),
            _number("TIEOUT_WAIT_HOURS", cls.wait_hours),
            _number("TIEOUT_POKE_SECONDS", cls.poke_seconds),
            _day("TIEOUT_SCHEDULE_FROM"),
        )

    @property
    def inbox(self) -> Path:
        """What arrived: `<source>/<stream>/<any file>`."""
        return self.home / "inbox"

    @property
    def landing(self) -> Path:
        """What was accepted, content-addressed and immutable."""
        return self.home / "landing"

    @property
    def quarantine(self) -> Path:
        """What could not be trusted, with the finding that says why."""
        return self.home / "quarantine"

    @property
    def warehouse(self) -> Path:
        """The embedded PostgreSQL."""
        return self.home / "warehouse"

    @property
    def config(self) -> Path:
        """The merchant's own seed rows, `<seed>.csv`; they win by key."""
        return self.home / "config"

    @property
    def backups(self) -> Path:
        """What `backup` writes every night; best a disk of its own."""
        return self.home / "backups"

    @property
    def duckdb(self) -> Path:
        """Where DuckDB builds, if it is the engine: a database that each build brings up to date."""
        return self.home / "duckdb" / "warehouse.duckdb"

    @property
    def dbt(self) -> Path:
        """Merged seeds, dbt's target and logs."""
        return self.home / "dbt"


def _engine() -> Engine:
    name = os.environ.get("TIEOUT_ENGINE") or "postgres"
    for known in get_args(Engine):
        if name == known:
            return cast(Engine, known)
    raise TieoutError(f"TIEOUT_ENGINE is '{name}'; it has to be {' or '.join(get_args(Engine))}.")


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise TieoutError(f"{name} is '{text}'; it has to be a whole number.")
    return int(text)


def _memory(name: str, default: int) -> int:
    text = os.environ.get(name) or f"{default}MB"
    if not re.fullmatch(r"[1-9][0-9]*[MG]B", text, re.ASCII):
        raise TieoutError(f"{name} is '{text}'; it has to be megabytes or gigabytes like 500MB or 4GB.")
    return int(text[:-2]) * (1_000 if text.endswith("GB") else 1)


def _day(name: str) -> datetime | None:
    text = os.environ.get(name)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) if text else None
    except ValueError as error:
        raise TieoutError(f"{name} is '{text}'; it has to be a date like 2026-05-31.") from error
