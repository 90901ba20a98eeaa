"""Fetching: what the channels' APIs have ready for a business date, brought into the inbox under stable names."""

from tieout.fetching.collection import Fetched, IncompleteError, fetch

__all__ = ["Fetched", "IncompleteError", "fetch"]
