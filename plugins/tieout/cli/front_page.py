"""`tieout status` on one screen: what is published, how the last run went, what came, what is open."""

import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from tieout.cli.screen import show_columns
from tieout.core.business_day import SHANGHAI
from tieout.reports.freshness import DAYS, OPEN, Freshness, worst_days
from tieout.reports.status import Check, OpenItems, RunState, Status, StepState

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH = 120
_LEGEND = "· here 已到 0 empty 空 L late 迟 P not due M missing 缺 R refused 拒 H held 扣"
_MOST_CHECKS, _MOST_CODES, _MOST_PENDING, _MOST_DAYS, _LONGEST_NAMES = 4, 8, 2, 3, 34

_WORDS = {
    "passed": ("passed 通过", ""), "warned": ("with warnings 有警告", "yellow"),
    "published": ("published 已发布", "green"), "withheld": ("withheld 未发布（闸门未通过）", "bold red"),
    "failed": ("failed 失败", "bold red"), "built": ("built, not published 已构建未发布", "yellow"),
    None: ("unfinished 未完成", "bold red"),
    "refused": ("refused 拒收", "red"), "held": ("held 暂扣", "red"), "missing": ("missing 缺失", "red"),
    "late": ("late 迟到", "yellow"), "pending": ("not due yet 未到期", ""), "complete": ("complete 齐全", "green"),
    "unscheduled": ("not scheduled 未排期", "dim"),
}  # fmt: skip


def show_status(state: Status) -> None:
    """Print the status; a terminal's width decides where it is cut, elsewhere lines have 120 columns."""
    from rich.console import Console

    width = shutil.get_terminal_size((_WIDTH, 40)).columns if sys.stdout.isatty() else _WIDTH
    console = Console(width=width, highlight=False, emoji=False)
    _show_publication(console, state)
    if state.run:
        _show_run(console, state.run)
    if state.publication:
        _show_sources(console, state)
        _show_exceptions(console, state)
        _show_pending(console, state.pending)


def _show_publication(console: "Console", state: Status) -> None:
    published = state.publication
    if published is None:
        console.print("Nothing has been published yet. 尚未发布。 Begin with: tieout run --as-of DATE", soft_wrap=True)
        return
    console.print(
        f"[bold]Published 已发布[/bold]  as of {published.as_of}, {_word(published.verdict)}, at "
        f"{_time(published.published_at)} by run {published.run_id}",
        soft_wrap=True,
    )


def _show_run(console: "Console", run: RunState) -> None:
    from rich.markup import escape

    took = f", {run.seconds:.1f} s" if run.seconds is not None else ""
    console.print(
        f"\n[bold]Last run 最近运行[/bold]  as of {run.as_of}, {_word(run.outcome)}, began {_time(run.started_at)}"
        f"{took}, run {run.run_id}",
        soft_wrap=True,
    )
    # A failed step says what the run says, which stands below in full.
    said = [_styled("failed 失败", "red") if _has_failed(step) else _styled(step.detail, "") for step in run.steps]
    show_columns(
        console,
        [(step.step, f"{step.seconds:.1f} s", words) for step, words in zip(run.steps, said, strict=True)],
        right={1},
        cut=2,
    )
    if run.outcome == "failed":
        console.print(f"  {_styled(run.detail or '', 'red')}", soft_wrap=True)
    for check in run.checks[:_MOST_CHECKS]:
        _show_check(console, check)
    if len(run.checks) > _MOST_CHECKS:
        console.print(f"  … {len(run.checks) - _MOST_CHECKS} more checks 其余见: tieout docs")
    if what_to_do := _what_to_do(run):
        console.print(f"  [bold]→[/bold] {escape(what_to_do)}", soft_wrap=True)


def _has_failed(step: StepState) -> bool:
    return step.detail.startswith("failed: ")


def _show_check(console: "Console", check: Check) -> None:
    from rich.markup import escape

    style = "yellow" if check.severity == "warning" else "bold red"
    measured = ", ".join(
        f"{word} {value}"
        for word, value in (("observed 实测", check.observed), ("tolerance 容差", check.threshold))
        if value
    )
    detail = f" ({check.detail})" if check.detail else ""
    console.print(
        f"  [{style}]{check.severity}[/{style}] {check.rule} {check.subject}: {escape(measured + detail)}",
        no_wrap=True,
        overflow="ellipsis",
    )


def _what_to_do(run: RunState) -> str:
    again = f"tieout run --as-of {run.as_of}"
    if run.outcome == "withheld":
        return (
            "Readers keep what was published before 读者仍看到上次发布的版本. See the rules above (tieout docs);"
            f" deliver what is missing, or set the tolerance in config/tolerances.csv; then: {again}"
        )
    if run.outcome == "failed":
        return f"What was published before stays 已发布内容不变. Mend that, then: {again}"
    if run.outcome is None:
        last = f"last step 最后一步: {run.steps[-1].step}" if run.steps else "no step has ended 尚无步骤完成"
        return f"At work or stopped 运行中或已中断, {last}. If nothing is at work (it is safe to repeat): {again}"
    if run.outcome == "built":
        return "The candidate waits 候选版本待检查: tieout gate, then tieout publish"
    return ""


def _show_sources(console: "Console", state: Status) -> None:
    console.print(
        f"\n[bold]Sources 数据源[/bold]  [dim]{_LEGEND}[/dim]",
        no_wrap=True,
        overflow="ellipsis",
    )
    year = state.publication.as_of.year if state.publication else 0
    rows = [_dim("stream", f"{DAYS} days 天", "last day", "delivered", "rows", "")]
    for group in _groups(state.sources):
        last = min((one.last_on for one in group if one.last_on), default=None)
        arrived = max((one.arrived_at for one in group if one.arrived_at and one.last_on == last), default=None)
        rows.append(
            (
                _names(group),
                worst_days(one.days for one in group),
                _day(last, year) if last else "never 从未",
                _time(arrived)[5:] if arrived else "",
                f"{sum(one.rows for one in group):,}",
                _found(group[0], year),
            )
        )
    show_columns(console, rows, right={4}, cut=5)


def _groups(sources: Iterable[Freshness]) -> list[list[Freshness]]:
    # A stream that lacks something has a line of its own, the others of its source share one.
    groups: dict[tuple[str, ...], list[Freshness]] = {}
    for one in sources:
        alone = (one.stream,) if one.open_days or one.state == "late" else ()
        groups.setdefault((one.source, one.state, *alone), []).append(one)
    return list(groups.values())


def _names(group: Sequence[Freshness]) -> str:
    names = f"{group[0].source}/{', '.join(one.stream for one in group)}"
    return names if len(names) <= _LONGEST_NAMES else f"{group[0].source}: {len(group)} streams 个数据流"


def _found(one: Freshness, year: int) -> str:
    """Say what state a stream is in, and of each kind of open days which they are, the latest first."""
    by_verdict: dict[str, list[str]] = {}
    for day in one.open_days:
        account = f" (…{day.account_id[-4:]})" if day.account_id else ""
        named = _day(day.business_on, year) if day.business_on else "day unknown 日期不明"
        by_verdict.setdefault(day.verdict, []).append(named + account)
    if not by_verdict:
        return _word(one.state)
    return "; ".join(
        f"{_word(verdict)} {', '.join(days[:_MOST_DAYS])}" + (f" … {len(days)} days" if len(days) > _MOST_DAYS else "")
        for verdict, days in sorted(by_verdict.items(), key=lambda found: OPEN.index(found[0]))
    )


def _show_exceptions(console: "Console", state: Status) -> None:
    items = state.exceptions
    severities = sorted({severity for one in items for severity in one.severities})
    counted = " · ".join(f"{name} {sum(one.severities.get(name, 0) for one in items)}" for name in severities)
    console.print(f"\n[bold]Open exceptions 未清差异[/bold]  {sum(one.count for one in items)}   {counted}")
    if not items:
        return
    rows = [_dim("code", "", *severities, "items", "overdue 逾期", "amount")]
    for one in items[:_MOST_CODES]:
        counts = (_styled(str(one.severities.get(name, "")), "red" if name == "P1" else "") for name in severities)
        overdue = str(one.overdue or "")
        rows.append((one.code, f"{one.name_zh} {one.name}", *counts, str(one.count), overdue, _money(one)))
    show_columns(console, rows, right=set(range(2, len(severities) + 5)), cut=1)
    if rest := items[_MOST_CODES:]:
        console.print(
            f"  … {len(rest)} more codes 其余 {len(rest)} 类: {sum(one.count for one in rest)} items, "
            f"{', '.join(one.code for one in rest)} (tieout status --all)",
            no_wrap=True,
            overflow="ellipsis",
        )


def _show_pending(console: "Console", items: Sequence[OpenItems]) -> None:
    listed = "; ".join(
        f"{one.code} {one.name_zh} {one.count}" + (f" ({_money(one)})" if one.amounts else "")
        for one in items[:_MOST_PENDING]
    )
    if rest := items[_MOST_PENDING:]:
        listed += f"; … {', '.join(one.code for one in rest)} {sum(one.count for one in rest)}"
    due = min((one.next_due_on for one in items if one.next_due_on), default=None)
    console.print(
        f"\n[bold]Pending 在途[/bold]  {sum(one.count for one in items)}"
        + (f", next due 最近到期 {due}: {listed}" if items else ""),
        soft_wrap=True,
    )


def _money(one: OpenItems) -> str:
    return " + ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(one.amounts.items()))


def _word(name: str | None) -> str:
    word, style = _WORDS.get(name, (str(name), ""))
    return _styled(word, style)


def _styled(text: str, style: str) -> str:
    from rich.markup import escape

    return f"[{style}]{escape(text)}[/{style}]" if style and text else escape(text)


def _time(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _day(day: date, year: int) -> str:
    return f"{day:%m-%d}" if day.year == year else str(day)


def _dim(*headings: str) -> tuple[str, ...]:
    return tuple(_styled(heading, "dim") for heading in headings)
