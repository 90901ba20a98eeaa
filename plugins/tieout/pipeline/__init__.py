"""The day's steps in order, with progress: what the command line and the DAGs both call."""

from tieout.pipeline.day import DayResult, run_day

__all__ = ["DayResult", "run_day"]
