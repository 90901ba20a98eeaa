"""Where tieout keeps its things and which warehouse it uses; read from the environment once, passed on from there."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Folders below `home`, and the URL of a PostgreSQL server to use instead of the embedded one."""

    home: Path
    warehouse_url: str | None = None

    @classmethod
    def load(cls, home: Path | None = None) -> "Settings":
        """Read TIEOUT_HOME (default `.tieout`) and TIEOUT_WAREHOUSE_URL; `home` wins over the environment."""
        chosen = home or Path(os.environ.get("TIEOUT_HOME") or ".tieout")
        return cls(chosen.resolve(), os.environ.get("TIEOUT_WAREHOUSE_URL") or None)

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
    def dbt(self) -> Path:
        """Merged seeds, dbt's target and logs."""
        return self.home / "dbt"
