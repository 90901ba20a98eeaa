"""When banks rest in 2026, as the State Council announced it: the world's own copy."""

from datetime import date, timedelta

_RESTS = (
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)
_WORKED = {date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)}


def is_bank_day(day: date) -> bool:
    """Whether banks work on a day of 2026 from May on: weekdays that are no holiday, weekend days worked for one."""
    return day in _WORKED or (day.weekday() < 5 and not any(first <= day <= last for first, last in _RESTS))


def bank_day(day: date) -> date:
    """Give the day itself where banks work on it, else the next one on which they do."""
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day
