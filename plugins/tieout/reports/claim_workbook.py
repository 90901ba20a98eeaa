"""Claims against a platform as a workbook that can be sent to it: summary, claims with their rule, evidence."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from tieout.reports.claims import Claims

_MONEY = "#,##0.00"
_ROUNDING = {
    "half_up": "half up 四舍五入",
    "half_even": "half to even 四舍六入五成双",
    "up": "up 进位",
    "down": "down 去尾",
}
_SUMMARY = ("Code 代码", "差异", "Break", "Currency 币种", "Claims 笔数", "Claimed 主张金额")
_CLAIMS = (
    ("No. 序号", "no", 6), ("Code 代码", "code", 8), ("差异", "name_zh", 18), ("Shop 店铺", "shop_id", 14),
    ("Order 订单号", "order_id", 24), ("Refund 退款单号", "refund_id", 20), ("Batch 结算批次", "batch_id", 20),
    ("Line 明细", "line_id", 24), ("Date 日期", "date", 12), ("Currency 币种", "currency", 8),
    ("Expected 应结", "expected_amount", 14), ("How 计算依据", "", 64), ("Settled 实结", "charged_amount", 14),
    ("Difference 差额", "difference_amount", 14), ("Claimed 主张金额", "claimed_amount", 14),
    ("Contract valid from 合同生效日", "terms_from", 14), ("说明", "explanation_zh", 80),
    ("Explanation", "explanation_en", 80), ("Our row 我方凭证", "ours_source", 48),
    ("Their row 对方凭证", "theirs_source", 48), ("Exception 差异编号", "exception_id", 36),
)  # fmt: skip
_EVIDENCE = (
    ("Claim 主张序号", 10), ("Order 订单号", 24), ("What 凭证", 24), ("Id 编号", 26), ("Batch 结算批次", 22),
    ("Type 类型", 22), ("Amount 金额", 14), ("Date 日期", 12), ("File:line 文件与行", 60),
)  # fmt: skip


def to_workbook(claims: Claims) -> bytes:
    """Write the workbook. Numbers are numbers, ids are text; no cell is a formula, whatever a source wrote into it."""
    from openpyxl import Workbook

    book = Workbook()
    published = claims.publication.published_at.replace(tzinfo=None)
    book.properties.created = book.properties.modified = published
    del book[book.sheetnames[0]]
    summary = book.create_sheet("Summary 汇总")
    as_of = f"as of 截至 {claims.publication.as_of}"
    _write(
        summary, (f"Claims against {claims.platform}, {claims.month} 对 {claims.platform} 的费用主张", "", as_of), ()
    )
    _write(summary, _SUMMARY, claims.summary.rows)
    _write(summary, ("Total 合计", "", "", "", len(claims.claims.rows), claims.total), ())
    _widen(summary, (12, 24, 32, 12, 12, 18))
    sheet = book.create_sheet("Claims 主张")
    _write(sheet, [title for title, _, _ in _CLAIMS], _claim_rows(claims))
    _widen(sheet, [width for _, _, width in _CLAIMS])
    evidence = book.create_sheet("Evidence 证据")
    _write(evidence, [title for title, _ in _EVIDENCE], claims.evidence.rows)
    _widen(evidence, [width for _, width in _EVIDENCE])
    for page in (sheet, evidence):
        page.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _claim_rows(claims: Claims) -> Iterable[list[Any]]:
    for row in claims.claims.rows:
        claim = dict(zip(claims.claims.columns, row, strict=True))
        yield [claim[name] if name else how(claim) for _, name, _ in _CLAIMS]


def how(claim: dict[str, Any]) -> str:
    """Say in words and figures how the expected amount of a claim comes about."""
    if claim["code"] == "ST01":
        parts = (
            ("sale 货款", "sale"), ("refunds 退款", "refund"), ("subsidy 补贴", "subsidy"),
            ("commission 佣金", "commission"), ("payment fee 手续费", "channel_fee"),
        )  # fmt: skip
        told = [f"{name} {claim[f'expected_{part}_amount']:+.2f}" for name, part in parts]
        return " ".join(part for part in told if not part.endswith("+0.00"))
    component = claim["component"] or ""
    if claim["rate"] is not None and component.startswith(("commission", "channel_fee")):
        rounding = _ROUNDING.get(claim["rounding_rule"] or "", "")
        charged = (
            "charged 计费"
            if not component.endswith("_reversal")
            else "charged in all, given back for the refund 整单计费，退款部分应返还"
        )
        several = "; lowest of several categories 多类目取最低" if claim["has_several_rates"] else ""
        return f"{_plain(claim['rate'] * 100)}% × {claim['base_amount']:.2f} {charged}, rounded {rounding}{several}"
    if component == "subsidy":
        return "subsidy promised on the order 订单承诺补贴"
    if component == "refund":
        return "refunds of the order 订单退款合计"
    if component == "sale":
        return "what the buyer paid 买家实付"
    return "settled once 只应结算一次" if claim["code"] == "ST06" else "nothing explains it 无依据"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _write(sheet: Any, heading: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    from openpyxl.styles import Font

    _append(sheet, heading)
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for row in rows:
        _append(sheet, row)


def _append(sheet: Any, row: Sequence[Any]) -> None:
    place = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for column, value in enumerate(row, start=1):
        cell = sheet.cell(place, column)
        cell.value = value
        if isinstance(value, str):
            # A text that begins with = would be a formula.
            cell.data_type = "s"
        elif isinstance(value, Decimal):
            cell.number_format = _MONEY


def _widen(sheet: Any, widths: Sequence[int]) -> None:
    from openpyxl.utils import get_column_letter

    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
