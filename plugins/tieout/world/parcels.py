"""What moves for an order and what its buyer asks: records of the warehouse and of the service."""

from dataclasses import dataclass
from datetime import datetime

Goods = tuple[str, int]
"""A sku and its quantity."""


@dataclass(slots=True)
class Movement:
    """A stock movement of one sku; `at` is when it was shipped, or signed for. `kind` is the open format's type."""

    kind: str
    at: datetime
    sku: str
    quantity: int
    tracking_no: str
    after_sale_id: str = ""
    stocked_at: datetime | None = None
    condition: str = "good"
    status: str = "delivered"


@dataclass(slots=True)
class Ticket:
    """What a buyer asked the service about; `promised` is in fen, 0 for nothing."""

    ticket_id: str
    topic: str
    opened_at: datetime
    after_sale_id: str = ""
    promised: int = 0
