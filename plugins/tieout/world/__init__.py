"""A labelled synthetic merchant: real file formats out, with the answer key; and the scorer."""

from tieout.world.month import Summary, write
from tieout.world.score import Score, score

__all__ = ["Score", "Summary", "score", "write"]
