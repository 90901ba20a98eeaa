"""Finding a table's header by its names and bringing its rows into the stream's own columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from tieout.core.columns import holds, lay_open
from tieout.core.reading import MOST_REJECTED, Chunk, Rejection, UnreadableError
from tieout.core.splitting import Cells
from tieout.core.text import explain_garbling, is_damaged_id, is_time, unwrap

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Names = Mapping[str, tuple[str, ...]]
"""A stream's columns, and under which names (brackets half-width, 账 for 帐) files write each."""

_TIME = b"0000-00-00 00:00:00"
_SAME = str.maketrans({"（": "(", "）": ")", "帐": "账", "＋": "+", "－": "-", "\ufeff": None, " ": None, "\t": None})


def normalise(name: str) -> str:
    """Write a column name in one way: half-width brackets, 账 for 帐, no spaces, no wrapper."""
    return (unwrap(name.lstrip("\ufeff")) or "").translate(_SAME)


@dataclass(frozen=True)
class Header:
    """Where each of the stream's columns stands in a file, and which further columns the file has."""

    line: int
    verbatim: tuple[str, ...]
    width: int
    places: tuple[int | None, ...]
    unknown: tuple[str, ...]

    def pick(self, cells: Sequence[str]) -> tuple[str | None, ...]:
        """Put a row's cells into the order of the stream's columns (unknown ones last); an absent column is None."""
        return tuple(None if place is None else unwrap(cells[place]) for place in self.places)

    def pick_columns(self, cells: Cells, clean: Callable[["pa.Array"], "pa.Array"]) -> Cells:
        """Do the same with the columns of many rows; `clean` gives a column's values."""
        import pyarrow as pa

        absent = pa.nulls(len(cells[0]), pa.string())
        return tuple(absent if place is None else clean(cells[place]) for place in self.places)


def known_names(names: Names) -> frozenset[str]:
    """All ways in which a file may write the stream's columns."""
    return frozenset(normalise(name) for written in names.values() for name in written)


def map_header(line: int, cells: Sequence[str], names: Names, needed: Iterable[str]) -> Header:
    """Map a header by name.

    Raises schema_drift, naming missing and new columns verbatim, when a needed column is gone or a column stands
    twice; unit_or_encoding when the names are garbled.
    """
    verbatim = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = normalise(cell)
        if name and name in found:
            raise UnreadableError(
                "schema_drift", f"line {line}: column {name} stands twice; which one counts is not for us to guess",
                line=line, column=name,
            )  # fmt: skip
        if name:
            found[name] = place
    places = [next((found[normalise(n)] for n in written if normalise(n) in found), None) for written in names.values()]
    taken = {place for place in places if place is not None}
    unknown = [place for name, place in found.items() if place not in taken]
    wanted = set(needed)
    pairs = zip(names.items(), places, strict=True)
    missing = [written[0] for (column, written), place in pairs if column in wanted and place is None]
    if missing:
        _refuse_header(line, missing, [verbatim[place] for place in unknown], names)
    return Header(line, verbatim, len(cells), (*places, *unknown), tuple(verbatim[place] for place in unknown))


def _refuse_header(line: int, missing: Sequence[str], new: Sequence[str], names: Names) -> None:
    garbled = explain_garbling(" ".join(new), sorted(known_names(names)))
    if garbled:
        raise UnreadableError("unit_or_encoding", f"line {line}: no known column name; {garbled}", line=line)
    gone = f"column {'、'.join(missing)} is gone" if len(missing) == 1 else f"columns {'、'.join(missing)} are gone"
    news = "、".join(new) or "none"
    raise UnreadableError(
        "schema_drift",
        f"line {line}: {gone}; new: {news}. If the platform renamed a column, its new name has to be declared; "
        "if this is another kind of export, deliver the merchant's one",
        line=line,
        column=missing[0],
    )


def find_header(table: Sequence[tuple[int, Sequence[str]]], names: Names, needed: Sequence[str]) -> tuple[int, Header]:
    """Find the header among the first 60 rows: the one with most known names. Gives its index and the mapping."""
    known = known_names(names)
    scores = [sum(normalise(cell) in known for cell in cells) for _, cells in table[:60]]
    best = max(scores, default=0)
    if best < 2:
        head = " / ".join(",".join(cell.strip() for cell in cells if cell.strip())[:120] for _, cells in table[:3])
        garbled = explain_garbling(" ".join(cell for _, cells in table[:60] for cell in cells), sorted(known))
        if garbled:
            raise UnreadableError("unit_or_encoding", f"no known column name in the file; {garbled}")
        wanted = "、".join(names[column][0] for column in needed)
        raise UnreadableError(
            "schema_drift", f"no header found: columns {wanted} are expected, the file begins with: {head}"
        )
    index = scores.index(best)
    line, cells = table[index]
    return index, map_header(line, cells, names, needed)


LOST_DIGITS = "the identifier stands in scientific or float notation: digits are lost (a spreadsheet did this)"


class RowCheck:
    """Says why rows cannot be kept: a damaged or missing identifier, or a time that is none."""

    def __init__(self, names: Names, identifying: Iterable[str]) -> None:
        """Identifiers are the columns in _no or _id, times those in _at; `identifying` ones may not be empty."""
        columns = list(names)
        self._written = [written[0] for written in names.values()]
        self._ids = [place for place, column in enumerate(columns) if column.endswith(("_no", "_id"))]
        self._times = [place for place, column in enumerate(columns) if column.endswith("_at")]
        self._needed = [columns.index(column) for column in identifying]

    def keep_readable(self, chunk: Chunk, rejected: list[Rejection]) -> Chunk:
        """Give the rows that can be kept, add the others to `rejected`, and refuse a file with too many of them."""
        import numpy as np

        problems = self.find_problems(chunk.lines, chunk.cells)
        rejected.extend(problems)
        refuse_if_too_many(rejected)
        return drop_rows(chunk, np.isin(chunk.lines, [problem.line for problem in problems]))

    def find_problems(self, lines: "np.ndarray", cells: Cells) -> list[Rejection]:
        """Give the first problem of each row that has one, from columns in the stream's own order."""
        import numpy as np

        suspicious = np.zeros(len(lines), bool)
        for place in self._needed:
            suspicious |= is_null(cells[place])
        for place in self._ids:
            if holds(cells[place], b".", b"+"):
                suspicious |= np.array([is_damaged_id(value) for value in cells[place].to_pylist()], bool)
        for place in self._times:
            suspicious |= ~_are_times(cells[place])
        places = np.flatnonzero(suspicious)
        rows = zip(lines[places].tolist(), pick_rows(cells, places), strict=True)
        return [problem for line, row in rows if (problem := self._find_problem(line, row))]

    def _find_problem(self, line: int, cells: Sequence[str | None]) -> Rejection | None:
        for place in self._needed:
            if cells[place] is None:
                return Rejection(line, self._written[place], None, "a row without this cannot be told from others")
        for place in self._ids:
            if is_damaged_id(cells[place]):
                return Rejection(line, self._written[place], cells[place], LOST_DIGITS)
        for place in self._times:
            if cells[place] is not None and not is_time(cells[place]):
                return Rejection(line, self._written[place], cells[place], "not a time like 2026-05-01 08:30:00")
        return None


def is_null(cells: "pa.Array") -> "np.ndarray":
    """Mark the values of a column that are null."""
    import numpy as np

    marked: np.ndarray = np.array(cells.is_null())
    return marked


def is_blank(cells: Cells) -> "np.ndarray":
    """Mark the rows that hold nothing at all: lines of separators are no rows."""
    marked = is_null(cells[0])
    for column in cells[1:]:
        if not marked.any():
            break
        marked &= is_null(column)
    return marked


def pick_rows(cells: Cells, places: "np.ndarray") -> list[tuple[str | None, ...]]:
    """Give single rows out of columns."""
    import pyarrow as pa

    if len(places) == 0:
        return []
    return list(zip(*(column.take(pa.array(places)).to_pylist() for column in cells), strict=True))


def drop_rows(chunk: Chunk, dropped: "np.ndarray") -> Chunk:
    """Give a chunk without the rows that are marked."""
    import pyarrow as pa

    if not dropped.any():
        return chunk
    kept = pa.array(~dropped)
    return Chunk(chunk.columns, chunk.lines[~dropped], tuple(column.filter(kept) for column in chunk.cells))


def _are_times(cells: "pa.Array") -> "np.ndarray":
    """Mark the values that are null or times as bills write them: at one look if all are, else one by one."""
    import numpy as np

    written = cells.drop_null()
    starts, data = lay_open(written)
    digits = data[starts[0] : starts[-1]]
    if len(digits) == len(written) * len(_TIME) and bool((np.diff(starts) == len(_TIME)).all()):
        shape = np.frombuffer(_TIME, np.uint8)
        table = digits.reshape(len(written), len(_TIME))
        numeric = shape == ord("0")
        if bool((table[:, ~numeric] == shape[~numeric]).all()) and bool((table[:, numeric] - ord("0") <= 9).all()):
            return np.ones(len(cells), bool)
    return np.array([value is None or is_time(value) for value in cells.to_pylist()], bool)


def refuse_if_too_many(rejected: Sequence[Rejection]) -> None:
    """Refuse a file with more rows that cannot be read than a person would look at."""
    if len(rejected) > MOST_REJECTED:
        _refuse_rows(f"more than {MOST_REJECTED} rows cannot be read", rejected[0])


def refuse_if_nothing_is_left(kept: int, rejected: Sequence[Rejection]) -> None:
    """Refuse a file of which no row can be read: then the file is wrong, not its rows."""
    if rejected and not kept:
        _refuse_rows(f"none of {len(rejected)} rows can be read", rejected[0])


def _refuse_rows(what: str, first: Rejection) -> NoReturn:
    raise UnreadableError(
        "unreadable",
        f"{what}; line {first.line}, column {first.column}: '{first.value or ''}': {first.reason}",
        line=first.line,
        column=first.column,
        value=first.value,
    )
