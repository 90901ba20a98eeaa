"""Commas in an Alipay bill's free text go back to where they fit: many rows at once like each by itself."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.core.reading import UnreadableError
from tieout.core.tables import map_header
from tieout.formats.alipay.commas import split_row, split_rows

NAMES = {
    "trade_no": ("号",),
    "product_name": ("名",),
    "finished_at": ("时",),
    "order_amount": ("额",),
    "store_name": ("店",),
    "remark": ("注",),
}
HEADER = map_header(1, ["号", "名", "时", "额", "店", "注"], NAMES, ())
AT = "2026-05-01 08:30:00"
PIECES = st.lists(st.sampled_from(["碗", "", "1.50", AT, " ", "大\t", '"', "`x"]), min_size=1, max_size=3).map(",".join)
ROWS = st.tuples(st.just("7\t"), PIECES, st.sampled_from([AT, f"{AT}\t"]), st.sampled_from(["2.00", "", "-1,000.00"]),
                 PIECES, PIECES).map(",".join)  # fmt: skip


def one_by_one(rows: list[tuple[int, str]]) -> list[tuple[int, list[str]]] | str:
    try:
        return [(line, split_row(line, text, HEADER, NAMES)) for line, text in rows]
    except UnreadableError as error:
        return error.reason


def together(rows: list[tuple[int, str]]) -> list[tuple[int, list[str]]] | str:
    try:
        lines, cells = split_rows(rows, HEADER, NAMES)
    except UnreadableError as error:
        return error.reason
    return list(zip(lines.tolist(), map(list, zip(*(c.to_pylist() for c in cells), strict=True)), strict=True))


@settings(max_examples=1000, deadline=None)
@given(st.lists(ROWS, max_size=6))
def test_many_rows_are_split_like_each(texts: list[str]) -> None:
    rows = list(enumerate(texts, 5))
    assert together(rows) == one_by_one(rows)


def test_a_comma_goes_where_time_and_amount_then_fit_or_nowhere() -> None:
    assert together([(5, f"7,碗,大号,{AT},2.00,,")]) == [(5, ["7", "碗,大号", AT, "2.00", "", ""])]
    assert together([(6, f"8,杯,{AT},2.00,一店,二楼,赠品")]) == "unreadable"
