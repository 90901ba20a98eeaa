"""A built project, as the tests of this folder look at it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tieout.core.settings import Settings
from tieout.dbt.project import PROJECT

AS_OF = date(2026, 5, 31)


@dataclass(frozen=True)
class Built:
    """A built project: its home, dbt's manifest, and the columns of every table by schema and name."""

    settings: Settings
    manifest: dict[str, Any]
    columns: dict[tuple[str, str], list[str]]

    @property
    def models(self) -> dict[str, dict[str, Any]]:
        """The manifest's models by name."""
        nodes = self.manifest["nodes"].values()
        return {node["name"]: node for node in nodes if node["resource_type"] == "model"}

    def sql(self, model: str) -> str:
        """A model's text."""
        return (PROJECT / self.models[model]["original_file_path"]).read_text("utf-8")

    def macro(self, name: str) -> str:
        """A macro's file's text."""
        macro = self.manifest["macros"][f"macro.tieout.{name}"]
        return (PROJECT / macro["original_file_path"]).read_text("utf-8")
