"""A bill: whose, of which kind and day, what its files are called, and what a platform may say instead of giving it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tieout.core.business_day import SHANGHAI

# The platforms' business days are Beijing's, which has had no summer time since 1991.
# Both platforms make a day's bills on the next morning; WeChat Pay says to ask from ten o'clock on, Alipay says
# "usually before nine, in special cases later".
_READY_AT = time(10)
_EXTENSIONS = {"alipay": "zip", "wechat": "csv"}


@dataclass(frozen=True)
class Bill:
    """One account's bill of one stream and business date. `account` is written as the bills themselves write it."""

    source: str
    stream: str
    account: str
    day: date

    @property
    def stem(self) -> str:
        """The part of its files' names that never changes."""
        return f"{self.account}_{self.day:%Y%m%d}_{self.stream}"

    @property
    def file_name(self) -> str:
        """The name of the bill's file."""
        return f"{self.stem}.{_EXTENSIONS[self.source]}"

    def is_past(self, now: datetime) -> bool:
        """Whether its day is over in Beijing; before that no platform has a bill of it."""
        return now.astimezone(SHANGHAI).date() > self.day

    def is_due(self, now: datetime, days_after: int = 1) -> bool:
        """Whether the hour has come at which its platform has made bills, so many days after the business date."""
        return now >= datetime.combine(self.day + timedelta(days=days_after), _READY_AT, SHANGHAI)

    def __str__(self) -> str:
        """Name it as people do: source, stream, account and day."""
        return f"{self.source}/{self.stream} of {self.account} for {self.day}"


class NotReadyError(Exception):
    """The platform says that the bill is not made yet; the message quotes it."""


class NoStatementError(Exception):
    """The platform, with its signature, states that there is no bill of the day.

    Until `days_after` days after the business date (at the hour at which bills are ready) that may still mean "not
    yet", and is to be understood so.
    """

    def __init__(self, said: str, days_after: int = 1) -> None:
        """Keep the platform's words and how long they may mean "not yet"."""
        super().__init__(said)
        self.days_after = days_after


class TransientError(Exception):
    """A call that may well succeed if it is made again; `wait` is how many seconds the platform asks to wait."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        """Keep what happened, in words that follow "…: "."""
        super().__init__(what)
        self.wait = wait
