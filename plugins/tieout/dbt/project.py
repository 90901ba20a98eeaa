"""Where the dbt project lies."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
"""The folder with dbt_project.yml: beside `plugins` in the repository."""
