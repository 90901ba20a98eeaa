"""The gates: what has landed is checked before it is loaded, what was built is checked before it is published."""

from tieout.quality.data_docs import data_docs
from tieout.quality.landed import gate_raw
from tieout.quality.marts import gate_marts
from tieout.quality.results import GateResult, Verdict, blocked_streams

__all__ = ["GateResult", "Verdict", "blocked_streams", "data_docs", "gate_marts", "gate_raw"]
