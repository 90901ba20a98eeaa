"""`tieout docs` writes the gates' results, and with --lineage the tables' documentation, as pages for anywhere."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tieout.core.settings import Settings
from tieout.reports.table import query_published

Tieout = Callable[..., Any]
LOADING = {"src", "href", "xlink:href", "srcset", "action", "data", "poster", "background"}
# In a style, be it in the markup or in the text of a script that adds it.
STYLED = re.compile(r"""url\(\s*\\?["']?(?:https?:)?//|@import\s+(?:url|\\?["'])""")


class _Markup(HTMLParser):
    """Collects what a page's own markup would load or lead to; a script's text is no markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[tuple[str, str | None]] = []
        self.scripts = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.loaded += [(tag, value) for name, value in attributes if name in LOADING]

    @property
    def from_outside(self) -> list[tuple[str, str | None]]:
        return [(tag, value) for tag, value in self.loaded if not (value or "").startswith(("#", "data:", "{{"))]


def test_docs_are_pages_that_need_no_network(published: Settings, tmp_path: Path, tieout: Tieout) -> None:
    first = query_published(published, "select run_id from publication order by publication_id limit 1").rows[0][0]
    written = tieout("docs", "--run", first, "--home", published.home, "--out", tmp_path / "docs")
    assert written.code == 0
    page = Path(written.out.strip())
    assert page.parent == tmp_path / "docs"
    html = page.read_text("utf-8")
    assert "PAYMENT_MATCH_RATE" in html
    assert "alipay/trade" in html
    assert _Markup(html).from_outside == []
    assert not STYLED.search(html)


@pytest.fixture(scope="module")
def lineage(published: Settings, tieout: Tieout) -> Path:
    written = tieout("docs", "--lineage", "--home", published.home)
    assert written.code == 0
    page = Path(written.out.strip())
    assert page == published.home / "docs" / "lineage.html"
    return page


def test_lineage_is_one_file_that_loads_and_tells_nothing(lineage: Path, published: Settings) -> None:
    html = lineage.read_text("utf-8")
    policy = re.search(r'<head[^>]*><meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert policy
    directives = {words.split()[0]: words.split()[1:] for words in policy[1].split(";")}
    assert directives["default-src"] == ["'none'"]
    assert {source for sources in directives.values() for source in sources} == {
        "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:",
    }  # fmt: skip
    markup = _Markup(html)
    assert markup.scripts > 0
    assert markup.from_outside == []
    assert not STYLED.search(html)
    assert not re.search(r"cloudfront\.net|sinter-collect", html)
    assert str(published.home) not in html
    assert str(Path(__file__).parents[2]) not in html


def test_lineage_knows_every_table_its_columns_and_what_it_is_made_of(lineage: Path, published: Settings) -> None:
    html = lineage.read_text("utf-8")
    begin = html.index('{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest')
    manifest, _ = json.JSONDecoder().raw_decode(html[begin:])
    tables = query_published(
        published,
        "select table_name, column_name from information_schema.columns where table_schema = 'published'"
        " and table_name not in ('publication', 'exception_history')",
    ).rows
    assert len(tables) > 200
    for table, column in tables:
        node = manifest["nodes"][f"model.tieout.{table}"]
        assert node["description"], table
        assert node["columns"][column]["description"], (table, column)
        assert node["depends_on"]["nodes"], table
    assert "model.tieout.source_status" in manifest["child_map"]["model.tieout.int_source_days"]
    assert "离线可读" in manifest["docs"]["doc.tieout.__overview__"]["block_contents"]


def test_lineage_is_of_no_single_run(published: Settings, tieout: Tieout) -> None:
    assert tieout("docs", "--lineage", "--run", "1", "--home", published.home).code == 2


def test_the_dictionary_lists_what_is_published(published: Settings, tmp_path: Path, tieout: Tieout) -> None:
    written = tieout("docs", "--dictionary", "--home", published.home, "--out", tmp_path)
    assert written.code == 0
    text = (tmp_path / "data-dictionary.md").read_text("utf-8")
    assert written.out.strip() == str(tmp_path / "data-dictionary.md")
    for words in ("### fct_orders", "| `difference_amount` | numeric(18,2) |", "差异说明（中文）"):
        assert words in text, words
    assert tieout("docs", "--dictionary", "--lineage", "--home", published.home).code == 2


# CI has a browser (.ci/run installs it); a developer may have none.
@pytest.mark.skipif(
    shutil.which("chromium") is None and "CI" not in os.environ, reason="needs a browser to look at the page with"
)
def test_lineage_is_drawn_by_a_browser_without_a_network(lineage: Path, tmp_path: Path) -> None:
    seen = subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom",
            "--proxy-server=127.0.0.1:9", "--virtual-time-budget=10000",
            f"{lineage.as_uri()}#!/model/model.tieout.source_status",
        ],
        capture_output=True, text=True, timeout=120, check=True, env=os.environ | {"HOME": str(tmp_path)},
    ).stdout  # fmt: skip
    for words in ("int_source_days", "totals_proved", "The first that applies", "fct_reconciliation"):
        assert words in seen, words
