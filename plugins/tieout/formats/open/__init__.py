"""The open format: files of shop systems, ERPs and warehouses that already are in tieout's own form."""

from tieout.formats.open.delivery import read
from tieout.formats.open.entities import ENTITIES, Field

__all__ = ["ENTITIES", "Field", "read"]
