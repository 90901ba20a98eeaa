"""A merchant's home with an inbox, and what landing makes of it, byte by byte."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tieout.core.settings import Settings
from tieout.landing import LandingResult, land
from tieout.landing.folders import LOCKS

HEADER = "platform,refund_id,after_sale_id,order_id,amount,refunded_at,pay_channel"
NOON = "2026-05-02T12:00:00Z"


def refunds(*amounts: str) -> str:
    """A file of open/refunds: one row an amount, R1, R2, …"""
    rows = (
        f"taobao,R{number},,O{number},{amount},2026-05-01T10:00:00,alipay" for number, amount in enumerate(amounts, 1)
    )
    return "\n".join((HEADER, *rows)) + "\n"


@dataclass(frozen=True)
class Place:
    """Drops files into its inbox with a stated modification time and lands them."""

    settings: Settings

    def drop(self, name: str, content: str | bytes, *, at: str = NOON, stream: str = "open/refunds") -> Path:
        path = self.settings.inbox / stream / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        seconds = datetime.fromisoformat(at).timestamp()
        os.utime(path, (seconds, seconds))
        return path

    def state(self, name: str, *, at: str = NOON, stream: str = "open/refunds", **stated: Any) -> Path:
        """Drop a companion; `from` is a word of Python, hence `from_`."""
        stated = {key.rstrip("_"): value for key, value in stated.items()}
        return self.drop(name, json.dumps(stated), at=at, stream=stream)

    def land(self) -> LandingResult:
        return land(self.settings)


def tree(settings: Settings) -> dict[str, bytes]:
    """Every file below landing and quarantine with its bytes; the locks are no part of what was landed."""
    roots = (settings.landing, settings.quarantine)
    files = (path for root in roots for path in root.rglob("*") if path.is_file() and path.name not in LOCKS)
    return {path.relative_to(settings.home).as_posix(): path.read_bytes() for path in files}
