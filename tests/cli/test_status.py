"""`tieout status` shows the state of the house on one screen, `--all` the long tables behind it."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tieout import warehouse, world
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.reports.table import query_published

Tieout = Callable[..., Any]


def _after(text: str, heading: str) -> list[str]:
    """The lines of a part of the screen."""
    return text.split(f"\n{heading}", 1)[1].split("\n\n", 1)[0].splitlines()[1:]


def test_one_screen_says_what_is_published_what_came_and_what_is_open(published: Settings, tieout: Tieout) -> None:
    shown = tieout("status", "--home", published.home)
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert 25 < len(lines) < 46
    assert max(cell_len(line.rstrip()) for line in lines) <= 160
    assert "\x1b" not in shown.out
    run = query_published(published, "select run_id from publication order by publication_id desc limit 1").rows[0][0]
    assert re.match(rf"Published 已发布  as of 2026-05-31, .*, at 20\d\d-.* by run {run}$", lines[0])
    assert re.search(rf"Last run 最近运行  as of 2026-05-31, published .* \d+\.\d s, run {run}\n", shown.out)
    steps = "\n".join(_after(shown.out, "Last run 最近运行"))
    for step, said in (("land", r"\d+ new"), ("gate raw", r"\d+ deliveries of \d+ streams"), ("build", r"\d+ pass")):
        assert re.search(rf"^  {step} +\d+\.\d s  .*{said}", steps, re.MULTILINE), step

    sources = _after(shown.out, "Sources 数据源")
    untrusted = query_published(
        published, "select source || '/' || stream, business_on from source_status where verdict = 'missing'"
    ).rows
    assert len(untrusted) > 2
    for stream, day in untrusted:
        line = next(line for line in sources if line.split()[0] == stream)
        assert f"{day:%m-%d}" in line
        assert "missing 缺失" in line
        strip = line.split()[1]
        if day > date(2026, 5, 31) - timedelta(days=len(strip)):
            assert strip[-1 - (date(2026, 5, 31) - day).days] == "M"
    assert any("wechat" in line and "complete 齐全" in line and "05-31" in line for line in sources)

    exceptions = _after(shown.out, "Open exceptions 未清差异")
    expected = query_published(
        published, "select code, count(*), sum(abs(difference_amount)) from exceptions group by code"
    ).rows
    total = sum(count for _, count, _ in expected)
    assert f"Open exceptions 未清差异  {total}   P1 " in shown.out
    known = {code: (count, amount) for code, count, amount in expected}
    listed = [line.split() for line in exceptions if line.split()[0] in known]
    assert len(listed) == 8
    for cells in listed:
        count, amount = known[cells[0]]
        assert str(count) in cells, cells
        assert sum(map(Decimal, re.findall(r"([\d,]+\.\d\d)", " ".join(cells).replace(",", "")))) == amount
    assert f"{total - sum(known[cells[0]][0] for cells in listed)} items" in exceptions[-1]
    pending = query_published(published, "select count(*) from pending_items").rows[0][0]
    assert f"\nPending 在途  {pending}, next due" in shown.out


def test_the_same_as_json_leaves_nothing_out(published: Settings, tieout: Tieout) -> None:
    stated = json.loads(tieout("status", "--json", "--home", published.home).out)
    assert stated["publication"]["as_of"] == "2026-05-31"
    assert (stated["run"]["outcome"], stated["run"]["run_id"]) == ("published", stated["publication"]["run_id"])
    assert stated["run"]["seconds"] > 1
    figures = {step["step"]: step["figures"] for step in stated["run"]["steps"]}
    assert list(figures)[:4] == ["land", "gate raw", "load", "build"]
    assert figures["load"]["rows"] > 5000
    streams = query_published(published, "select count(distinct source || stream) from source_status").rows[0][0]
    assert len(stated["sources"]) == streams
    for name, table in (("exceptions", "exceptions"), ("pending", "pending_items")):
        counted = query_published(published, f"select code, count(*) from {table} group by code").rows
        assert {one["code"]: one["count"] for one in stated[name]} == dict(counted)


def test_all_shows_the_long_tables_too(published: Settings, month: Path, tieout: Tieout) -> None:
    shown = tieout("status", "--all", "--home", published.home)
    assert shown.code == 0
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
        lines = [line.split("│") for line in shown.out.splitlines() if line.startswith(code) and "│" in line]
        assert sum(int(cells[5]) for cells in lines if cells[3].strip() == "open") == count, code


@pytest.fixture(scope="module")
def week(new_home: Callable[[str], Settings]) -> Settings:
    """A home with one published week."""
    settings = new_home("week")
    world.write(300, 7, 3, settings.home)
    assert run_day(settings, date(2026, 5, 6)).outcome == "published"
    return settings


def test_a_withheld_run_says_which_rule_was_broken_and_what_to_do(week: Settings, tieout: Tieout) -> None:
    own = week.config / "tolerances.csv"
    own.write_text(
        "rule,leg,platform,currency,max_amount,max_share,min_share,valid_from,valid_to,note\n"
        "PAYMENT_MATCH_RATE,payments,,,,,1.01,,,no rate reaches this\n",
        encoding="utf-8",
    )
    assert tieout("run", "--as-of", "2026-05-07", "--home", week.home).code == 3
    own.unlink()
    shown = tieout("status", "--home", week.home).out
    assert shown.startswith("Published 已发布  as of 2026-05-06, ")
    run = shown.split("\nLast run 最近运行", 1)[1].split("\n\n")[0]
    assert run.startswith("  as of 2026-05-07, withheld 未发布")
    assert re.search(
        r"^  critical PAYMENT_MATCH_RATE candidate\.\w+: observed 实测 [\d.]+, tolerance 容差 1\.01", run, re.MULTILINE
    )
    assert "Readers keep what was published before" in run
    assert "tieout run --as-of 2026-05-07" in run


def test_a_failed_run_says_why_and_a_killed_one_where_it_stopped(week: Settings, tieout: Tieout) -> None:
    own = week.config / "tolerances.csv"
    own.write_text("rule,bound\n", encoding="utf-8")
    assert tieout("run", "--as-of", "2026-05-07", "--home", week.home).code == 1
    own.unlink()
    shown = tieout("status", "--home", week.home).out
    assert re.search(r"as of 2026-05-07, failed 失败.*\n(  .*\n)*  .*tolerances\.csv: column bound is unknown", shown)
    assert "Mend that, then: tieout run --as-of 2026-05-07" in shown
    with warehouse.connect(week) as connection:
        # What a killed process leaves behind: a run that never ended.
        connection.execute("insert into ops.runs (run_id, as_of, started_at) values ('killed', '2026-05-07', now())")
        for step, ago in (("land", 2), ("gate raw", 1)):
            connection.execute(
                "insert into ops.run_steps values ('killed', %s, now() - make_interval(mins => %s), 1.5, 'said')",
                (step, ago),
            )
        connection.execute(
            "insert into ops.runs (run_id, as_of, started_at, finished_at, outcome, kind, source)"
            " values ('later', '2026-05-07', now() + interval '1 hour', now(), 'landed', 'ingest', 'bank')"
        )
    shown = tieout("status", "--home", week.home).out
    assert re.search(r"as of 2026-05-07, unfinished 未完成, began .*, run killed\n", shown)
    assert "last step 最后一步: gate raw." in shown
    assert json.loads(tieout("status", "--json", "--home", week.home).out)["run"]["outcome"] is None


def test_what_was_published_before_source_status_existed_is_shown(week: Settings, tieout: Tieout) -> None:
    with warehouse.connect(week) as connection:
        connection.execute("alter table published.source_status rename to put_aside")
        try:
            shown = tieout("status", "--home", week.home)
        finally:
            connection.execute("alter table published.put_aside rename to source_status")
    assert (shown.code, "Open exceptions 未清差异" in shown.out) == (0, True)


def test_before_the_first_run_status_says_so(new_home: Callable[[str], Settings], tieout: Tieout) -> None:
    settings = new_home("nothing_yet")
    warehouse.start(settings)
    shown = tieout("status", "--home", settings.home)
    assert (shown.code, "Nothing has been published yet." in shown.out) == (0, True)
    assert json.loads(tieout("status", "--json", "--home", settings.home).out)["publication"] is None
    for command in (["query", "select * from exceptions"], ["explain", "O1"]):
        asked = tieout(*command, "--home", settings.home)
        assert (asked.code, asked.out) == (1, "")
        assert asked.err
    for step in ("gate", "publish"):
        asked = tieout(step, "--home", settings.home)
        assert asked.code == 1
        assert "tieout build --as-of DATE" in asked.err
