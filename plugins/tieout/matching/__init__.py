"""Matching that SQL cannot say: exact covering sets of payouts and bank credits."""

from tieout.matching.payouts import CANDIDATES, SET_COLUMNS, SETS, Found, search_payouts

__all__ = ["CANDIDATES", "SETS", "SET_COLUMNS", "Found", "search_payouts"]
