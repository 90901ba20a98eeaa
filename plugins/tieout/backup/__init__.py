"""Backup and restore of what cannot be made again: what arrived, the merchant's configuration, people's decisions."""

from tieout.backup.archive import Manifest
from tieout.backup.restoring import restore
from tieout.backup.taking import Backup, backup

__all__ = ["Backup", "Manifest", "backup", "restore"]
