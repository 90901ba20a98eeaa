"""Excel workbooks as text."""

import io
import zipfile
from datetime import date, datetime, time

from tieout.core.archives import check_archive
from tieout.core.content import MAX_WHOLE, Content
from tieout.core.reading import UnreadableError


def read_workbook(content: Content) -> list[tuple[int, list[str]]]:
    """Give the rows of the first sheet as text, with the row's number; blank rows are left out,
    short ones filled up.

    A whole number of 16 digits and more that the workbook keeps as a float comes in scientific notation: its last
    digits are not what was written.
    """
    from openpyxl import load_workbook

    packed = content.whole()
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            check_archive(archive, len(packed), max_members=1000, max_bytes=4 * MAX_WHOLE)
        book = load_workbook(io.BytesIO(packed), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [(number, [_text(cell) for cell in row]) for number, row in enumerate(sheet.iter_rows(), 1)]
    except UnreadableError:
        raise
    # openpyxl raises whatever its parts raise on a damaged workbook; all of it means the same to a person.
    except Exception as error:
        raise UnreadableError(
            "unreadable", f"the workbook cannot be opened ({error}); save it again as .xlsx or export csv"
        ) from error
    width = max((len(cells) for _, cells in rows), default=0)
    return [(number, [*cells, *[""] * (width - len(cells))]) for number, cells in rows if any(cells)]


def _text(cell: object) -> str:
    value: object = getattr(cell, "value", None)
    number_format = str(getattr(cell, "number_format", ""))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime):
        has_time = "h" in number_format.lower()
        return value.isoformat(" ", "seconds") if has_time else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def _number(value: float, number_format: str) -> str:
    if "0.00" in number_format and round(value, 2) == value:
        return f"{value:.2f}"
    if isinstance(value, int):
        return str(value)
    if abs(value) >= 1e15:
        return f"{value:.15g}"
    return str(int(value)) if value.is_integer() else repr(value)
