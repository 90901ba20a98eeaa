"""What people read off the warehouse: the state of the house, and everything about one thing."""

from tieout.reports.claims import Claims, claims
from tieout.reports.explanation import Explanation, explain
from tieout.reports.overview import Overview, overview
from tieout.reports.status import Status, status

__all__ = ["Claims", "Explanation", "Overview", "Status", "claims", "explain", "overview", "status"]
