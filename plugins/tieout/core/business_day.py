"""Business days: they begin and end in Shanghai, wherever a server stands."""

from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
"""China Standard Time, which has had no summer time since 1991."""


def to_business_date(instant: str) -> date:
    """Give the business day of an ISO 8601 instant that has an offset; a bare date is one. Raises ValueError."""
    if len(instant) <= 10:
        return date.fromisoformat(instant)
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).date()
