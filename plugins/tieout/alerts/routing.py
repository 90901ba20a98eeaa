"""Who is told what, in which language and how much of it at once: the `alert_routes` seed."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tieout.alerts.causes import KINDS, SEVERITIES, Cause
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.dbt import seeds

LANGUAGES = ("zh", "en")
MOST_MESSAGES = 10
"""Messages a recipient gets from one run where the routes say nothing; more causes come as one summary."""

_NOTHING = "none"


@dataclass(frozen=True)
class Route:
    """One row: an empty `owner`, `code` or `event` is any."""

    recipient: str
    owner: str
    code: str
    event: str
    at_least_severity: str
    language: str
    most_messages: int
    valid_from: str
    valid_to: str

    def covers(self, cause: Cause, on: date) -> bool:
        """Whether the row is about such a cause and holds on the day."""
        day = on.isoformat()
        scope = ((self.owner, cause.owner), (self.code, cause.code), (self.event, cause.kind))
        in_scope = all(wanted in ("", given) for wanted, given in scope)
        return in_scope and self.valid_from <= day and (not self.valid_to or day <= self.valid_to)

    @property
    def rank(self) -> tuple[int, str]:
        """Of several rows that cover a cause, the one that names more wins, then the later one."""
        return sum(map(bool, (self.owner, self.code, self.event))), self.valid_from

    def lets_through(self, severity: str) -> bool:
        """Whether something of this severity is told."""
        return self.at_least_severity != _NOTHING and severity <= self.at_least_severity


@dataclass(frozen=True)
class Routes:
    """All rows, what the codes are called (English, Chinese), and whose job the house's own troubles are."""

    rows: tuple[Route, ...]
    names: Mapping[str, tuple[str, str]]
    operator: str

    def covering(self, cause: Cause, on: date) -> Iterator[Route]:
        """Give the row that decides for each recipient who may have to know of a cause."""
        chosen: dict[str, Route] = {}
        for row in sorted((row for row in self.rows if row.covers(cause, on)), key=lambda row: row.rank):
            chosen[row.recipient] = row
        yield from (row for _, row in sorted(chosen.items()) if row.at_least_severity != _NOTHING)

    def most_messages(self, recipient: str) -> int:
        """Give a recipient's cap for one run: the largest of his rows."""
        return max((row.most_messages for row in self.rows if row.recipient == recipient), default=MOST_MESSAGES)

    def language(self, recipient: str) -> str:
        """Give a recipient's language, for what is about several causes: that of his first row."""
        return next((row.language for row in self.rows if row.recipient == recipient), LANGUAGES[0])

    @property
    def least_severity(self) -> str:
        """The mildest severity that anybody wants to hear of."""
        asked = [row.at_least_severity for row in self.rows if row.at_least_severity != _NOTHING]
        return max(asked, default=SEVERITIES[0])


def load(settings: Settings) -> Routes:
    """Read the merged seeds. Raises TieoutError where a route cannot be understood.

    Another file of the configuration that is broken does not silence the alert about it: the seeds count as they were
    merged last.
    """
    try:
        folder = seeds.merge(settings)
    except TieoutError:
        folder = settings.dbt / "seeds"
        if not all((folder / f"{name}.csv").exists() for name in ("alert_routes", "exception_codes")):
            raise
    codes = list(_read(folder / "exception_codes.csv"))
    return Routes(
        rows=tuple(_to_route(row) for row in _read(folder / "alert_routes.csv")),
        names={row["code"]: (row["name"], row["name_zh"]) for row in codes},
        # Runs, gates and deadlines have no row of their own in the codes: they are the job of whoever owns bad data.
        operator=next((row["owner"] for row in codes if row["code"] == "DQ01"), ""),
    )


def _read(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _to_route(row: Mapping[str, str]) -> Route:
    cells = {name: (value or "").strip() for name, value in row.items()}
    cells["at_least_severity"] = cells["at_least_severity"] or "P2"
    cells["language"] = cells["language"] or LANGUAGES[0]
    if not cells["recipient"]:
        raise TieoutError("alert_routes.csv: a row names no recipient; give the name that has a URL, like finance")
    _prove(cells, "event", ("", *KINDS))
    _prove(cells, "at_least_severity", (*SEVERITIES, _NOTHING))
    _prove(cells, "language", LANGUAGES)
    most = cells["most_messages"] or str(MOST_MESSAGES)
    if not most.isdecimal() or int(most) < 1:
        raise _complaint(cells, "most_messages", "a number from 1")
    for name in ("valid_from", "valid_to"):
        try:
            date.fromisoformat(cells[name] or "2000-01-01")
        except ValueError as error:
            raise _complaint(cells, name, "a date like 2026-05-31") from error
    return Route(**(cells | {"most_messages": int(most)}))  # type: ignore[arg-type]


def _prove(cells: Mapping[str, str], name: str, allowed: Iterable[str]) -> None:
    if cells[name] not in allowed:
        raise _complaint(cells, name, "one of: " + ", ".join(word for word in allowed if word))


def _complaint(cells: Mapping[str, str], name: str, wanted: str) -> TieoutError:
    return TieoutError(
        f"alert_routes.csv, recipient {cells['recipient']}: {name} is '{cells[name]}' and has to be {wanted}"
    )
