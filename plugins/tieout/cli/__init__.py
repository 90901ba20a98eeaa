"""The `tieout` command: a thin skin; every step can be done by hand."""

from tieout.cli.main import main

__all__ = ["main"]
