"""Matching that SQL cannot say: exact covering sets of payouts and bank credits."""

from tieout.matching.payouts import Solved, solve_payouts

__all__ = ["Solved", "solve_payouts"]
