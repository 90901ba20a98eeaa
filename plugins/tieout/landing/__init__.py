"""What arrived, kept as it arrived: immutable batches, the quarantine of what cannot be trusted, and replay."""

from tieout.landing.archive import Batch, batches, read_rows
from tieout.landing.coverage import Expected, find_missing
from tieout.landing.intake import LandingResult, land
from tieout.landing.quarantine import Finding, findings
from tieout.landing.replays import Replayed, replay

__all__ = [
    "Batch",
    "Expected",
    "Finding",
    "LandingResult",
    "Replayed",
    "batches",
    "find_missing",
    "findings",
    "land",
    "read_rows",
    "replay",
]
