"""One round: every account and stream of a source for a business date, none of which stops the others."""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.fetching import alipay, credentials, inbox, wechat
from tieout.fetching.bills import Bill, NoStatementError, NotReadyError
from tieout.fetching.credentials import Account, AlipayAccount
from tieout.fetching.web import Clock, Progress, Sleep, Web, open_web, persevere
from tieout.sources import STREAMS


@dataclass
class Fetched:
    """What a round came to. Every bill that was asked for stands in one of the four lists, or failed.

    `written` are bills new in the inbox, `known` lay there already, `empty` are companions that confirm a day without
    a bill. `not_ready` says of which bills, and in whose words, that they are not made yet: ask again later.
    """

    source: str
    day: date
    nothing_configured: bool = False
    written: list[Path] = field(default_factory=list)
    known: list[Path] = field(default_factory=list)
    empty: list[Path] = field(default_factory=list)
    not_ready: list[str] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, object]:
        """How many bills stand in each list."""
        return {
            "written": len(self.written),
            "known": len(self.known),
            "empty": len(self.empty),
            "not_ready": len(self.not_ready),
        }

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing left to ask for."""
        return not self.not_ready


class IncompleteError(TieoutError):
    """Some bills could not be fetched; the message names them and says why. `fetched` is what came all the same."""

    def __init__(self, fetched: Fetched, failures: list[str]) -> None:
        """Say one failure a line."""
        asked_for = f"{fetched.source} for {fetched.day}"
        super().__init__("\n".join([f"{len(failures)} of the bills of {asked_for} could not be fetched:", *failures]))
        self.fetched, self.failures = fetched, failures


def fetch(
    settings: Settings,
    source: str,
    day: date,
    progress: Progress | None = None,
    *,
    again: bool = False,
    clock: Clock = lambda: datetime.now(UTC),
    sleep: Sleep = time.sleep,
) -> Fetched:
    """Bring the bills that a source's platform has of a business date (Asia/Shanghai) into the inbox.

    A bill that lies there is not asked for again, unless `again` is given; another content then stands beside it.
    `clock` dates signatures and tells whether a bill can be there yet, `sleep` waits between attempts.

    Raises IncompleteError, when all others are through, where bills could not be fetched or not be trusted, and
    TieoutError where the source is unknown or the credentials cannot be used.
    """
    if source not in {known for known, _ in STREAMS}:
        known = ", ".join(sorted({known for known, _ in STREAMS}))
        raise TieoutError(f"There is no source '{source}'; there are: {known}.")
    say = progress or (lambda _: None)
    fetched, failures = Fetched(source, day), []
    accounts = credentials.read(source)
    if not accounts:
        fetched.nothing_configured = True
        say(f"nothing to fetch for {source}: no account is configured, its files are put into the inbox")
        return fetched
    with inbox.locked(settings, source, say), open_web(clock) as web:
        one_round = _Round(settings, web, fetched, say, again, clock, sleep)
        for account in accounts:
            for stream in account.streams:
                bill = Bill(source, stream, account.account, day)
                try:
                    one_round.take(account, bill)
                except TieoutError as error:
                    failures.append(f"{bill}: {error}")
    if failures:
        raise IncompleteError(fetched, failures)
    return fetched


@dataclass(frozen=True)
class _Round:
    settings: Settings
    web: Web
    fetched: Fetched
    say: Progress
    again: bool
    clock: Clock
    sleep: Sleep

    def take(self, account: Account, bill: Bill) -> None:
        """Settle one bill: it is there already, it comes, there is none, or it is not made yet."""
        come, confirmed = inbox.find(self.settings, bill), inbox.empty_path(self.settings, bill)
        if come and not self.again:
            self.fetched.known.append(come[-1])
        elif confirmed.is_file() and not self.again:
            self.fetched.empty.append(confirmed)
        elif not bill.is_past(self.clock()):
            self._wait_for(bill, "its day is not over; it is made on the morning after")
        else:
            self._ask(account, bill)

    def _ask(self, account: Account, bill: Bill) -> None:
        with inbox.draft(self.settings, bill) as draft:
            try:
                attempt = partial(_download, self.web, account, bill, draft, self.clock)
                persevere(attempt, self.sleep, lambda text: self.say(f"{bill}: {text}"))
            except NotReadyError as error:
                self._wait_for(bill, str(error))
            except NoStatementError as error:
                self._confirm(bill, error)
            else:
                self._keep(bill, draft)

    def _keep(self, bill: Bill, draft: Path) -> None:
        path, is_new = inbox.place(self.settings, bill, draft, describe=bill.source == "wechat")
        if is_new:
            self.fetched.written.append(path)
            self.say(f"{bill}: {path.name}, {path.stat().st_size} bytes")
        else:
            self.fetched.known.append(path)
            self.say(f"{bill}: nothing new")

    def _confirm(self, bill: Bill, error: NoStatementError) -> None:
        if bill.is_due(self.clock(), error.days_after):
            self.fetched.empty.append(inbox.confirm_empty(self.settings, bill))
            self.say(f"{bill}: there is none ({error}); an empty day is confirmed")
        else:
            self._wait_for(bill, f"{error}, which may still mean that it is not made yet")

    def _wait_for(self, bill: Bill, why: str) -> None:
        self.fetched.not_ready.append(f"{bill}: {why}")
        self.say(f"not ready: {self.fetched.not_ready[-1]}")


def _download(web: Web, account: Account, bill: Bill, draft: Path, clock: Clock) -> None:
    if isinstance(account, AlipayAccount):
        alipay.download(web, account, bill, draft, clock)
    else:
        wechat.download(web, account, bill, draft, clock)
