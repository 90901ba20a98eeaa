"""Builds the warehouse's models with dbt, in this process."""

from tieout.dbt.build import BuildResult, build

__all__ = ["BuildResult", "build"]
