"""`tieout claim` writes what a platform owes by its own contract: each amount with its rule and its rows."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tieout.core.settings import Settings
from tieout.reports.claim_workbook import how, to_workbook
from tieout.reports.claims import CLAIMED_CODES, Claims
from tieout.reports.table import Table, query_published
from tieout.warehouse.publication import Publication

Tieout = Callable[..., Any]


def _sheet(path: Path, name: str) -> list[dict[str, Any]]:
    rows = list(load_workbook(path)[name].iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


def test_the_claims_are_the_exceptions_in_which_the_platform_holds_too_little_for_us(
    published: Settings, tieout: Tieout, tmp_path: Path
) -> None:
    expected = query_published(
        published,
        "select coalesce(channel, platform), count(*), sum(-difference_amount) from exceptions"
        " where leg = 'settlements'"
        f" and code in {CLAIMED_CODES} and difference_amount < 0 and opened_on between '2026-05-01' and '2026-05-31'"
        " group by 1 order by 1",
    ).rows
    against = {name for name, _, _ in expected}
    assert {"douyin", "jd"} < against <= {"alipay", "douyin", "jd", "unionpay", "wechat"}
    for platform, count, amount in expected:
        path = tmp_path / f"{platform}.xlsx"
        told = tieout("claim", platform, "2026-05", "--out", path, "--home", published.home)
        assert (told.code, told.err) == (0, "")
        assert f"{amount} in {count} claims" in told.out
        claims = _sheet(path, "Claims 主张")
        assert len(claims) == count
        assert sum(Decimal(str(claim["Claimed 主张金额"])) for claim in claims) == amount
        summary = list(load_workbook(path)["Summary 汇总"].iter_rows(values_only=True))
        assert (summary[-1][4], Decimal(str(summary[-1][5]))) == (count, amount)
        assert all(claim["How 计算依据"] and claim["说明"] and claim["Explanation"] for claim in claims)


@pytest.mark.parametrize("against", ["jd", "wechat"])
def test_every_claim_has_its_evidence_with_file_and_line(
    published: Settings, month: Path, tieout: Tieout, tmp_path: Path, against: str
) -> None:
    path = tmp_path / f"{against}.xlsx"
    tieout("claim", against, "2026-05", "--out", path, "--home", published.home)
    claims, evidence = _sheet(path, "Claims 主张"), _sheet(path, "Evidence 证据")
    assert {claim["Order 订单号"] for claim in claims} == {row["Order 订单号"] for row in evidence}
    numbers = {number for row in evidence for number in row["Claim 主张序号"].split(", ")}
    assert numbers == {str(claim["No. 序号"]) for claim in claims}
    for row in evidence:
        file, line = row["File:line 文件与行"].rsplit(":", 1)
        written = (month / "inbox" / file).read_bytes().split(b"\n")[int(line) - 1]
        # A channel's bill names the transaction and not the order.
        assert row["Order 订单号"].encode() in written or row["Id 编号"].encode() in written


@pytest.mark.parametrize(
    ("asked", "code", "why"),
    [
        (("taobao", "2026-05"), 1, "there are: alipay, douyin, jd, unionpay, wechat"),
        (("jd", "2026-04"), 1, "published from 2026-05"),
        (("jd", "2026-06"), 1, "published from 2026-05"),
        (("jd", "2026-5"), 2, "YYYY-MM"),
        (("jd", "2026-13"), 2, "YYYY-MM"),
    ],
)
def test_a_platform_or_month_without_settlements_is_said_to_be_so(
    published: Settings, tieout: Tieout, asked: tuple[str, str], code: int, why: str
) -> None:
    told = tieout("claim", *asked, "--home", published.home)
    assert (told.code, told.out) == (code, "")
    assert why in told.err


def test_what_a_source_wrote_is_never_a_formula(tmp_path: Path) -> None:
    publication = Publication(1, date(2026, 5, 31), "run", datetime(2026, 6, 1, tzinfo=UTC), "passed")
    nothing = Table(("claimed_amount",), [])
    evidence = Table(("claim",), [('=HYPERLINK("http://x")',)])
    path = tmp_path / "x.xlsx"
    path.write_bytes(to_workbook(Claims("jd", "2026-05", publication, nothing, Table((), []), evidence)))
    assert load_workbook(path)["Evidence 证据"]["A2"].data_type == "s"


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (
            {"code": "ST04", "component": "commission", "rate": Decimal("0.050000"), "base_amount": Decimal("99.90"),
             "rounding_rule": "half_up", "has_several_rates": False},
            "5% × 99.90",
        ),
        (
            {"code": "ST01", "component": None, "expected_sale_amount": Decimal(100),
             "expected_refund_amount": Decimal(0), "expected_subsidy_amount": Decimal(0),
             "expected_commission_amount": Decimal("-5.00"), "expected_channel_fee_amount": Decimal("-0.60")},
            "sale 货款 +100.00 commission 佣金 -5.00 payment fee 手续费 -0.60",
        ),
        ({"code": "ST07", "component": "subsidy", "rate": None}, "subsidy promised"),
        ({"code": "ST06", "component": None, "rate": None}, "settled once"),
    ],
)  # fmt: skip
def test_how_an_amount_comes_about_is_told_in_words_and_figures(claim: dict[str, Any], told: str) -> None:
    assert told in how(claim)
