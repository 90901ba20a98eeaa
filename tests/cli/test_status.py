"""`tieout status` shows the state of the house; `tieout docs` writes the gates' results as pages."""

import re
from collections.abc import Callable
from pathlib import Path

from tieout.core.settings import Settings
from tieout.reports.table import query_published

Tieout = Callable[..., object]


def test_status_counts_what_arrived_and_what_does_not_agree(published: Settings, month: Path, tieout: Tieout) -> None:
    shown = tieout("status", "--all", "--home", published.home)
    assert shown.code == 0
    assert re.search(r"^Published: as of 2026-05-31 \((passed|warned)\)", shown.out)
    for title in (
        "Rows per source 各数据源行数",
        "Match rates and money per leg 各对账环节",
        "Not reconciled, and why",
    ):
        assert title in shown.out
    files = [path for path in (month / "inbox/bank/mt940").iterdir() if path.suffix == ".sta"]
    assert re.search(rf"bank/mt940\W+{len(files)}\W", shown.out)
    counted = query_published(published, "select code, count(*) from exceptions group by code").rows
    assert len(counted) > 12
    for code, count in counted:
        # A code has a line a currency: their counts come to the whole.
        lines = [line.split("│") for line in shown.out.splitlines() if line.startswith(code)]
        assert sum(int(cells[5]) for cells in lines if cells[3].strip() == "open") == count, code


def test_before_the_first_run_status_says_so(tmp_path: Path, tieout: Tieout) -> None:
    from tieout import warehouse
    from tieout.warehouse import embedded

    settings = Settings(tmp_path)
    try:
        warehouse.start(settings)
        shown = tieout("status", "--home", tmp_path)
        assert (shown.code, "Nothing has been published yet." in shown.out) == (0, True)
        for command in (["query", "select * from exceptions"], ["explain", "O1"]):
            asked = tieout(*command, "--home", tmp_path)
            assert (asked.code, asked.out) == (1, "")
            assert asked.err
        for step in ("gate", "publish"):
            asked = tieout(step, "--home", tmp_path)
            assert asked.code == 1
            assert "tieout build --as-of DATE" in asked.err
    finally:
        embedded.remove(settings)


def test_docs_are_pages_that_need_no_network(published: Settings, tmp_path: Path, tieout: Tieout) -> None:
    first = query_published(published, "select run_id from publication order by publication_id limit 1").rows[0][0]
    written = tieout("docs", "--run", first, "--home", published.home, "--out", tmp_path / "docs")
    assert written.code == 0
    page = Path(written.out.strip())
    assert page.parent == tmp_path / "docs"
    html = page.read_text("utf-8")
    assert "PAYMENT_MATCH_RATE" in html
    assert "alipay/trade" in html
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", html)
