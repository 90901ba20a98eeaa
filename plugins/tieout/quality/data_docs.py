"""Data Docs: one page about what the gates found in a run, readable anywhere.

Great Expectations' own Data Docs load ten files from the network and are blank without it; this page loads nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.quality.results import GateResult, Verdict, latest_run, recorded, verdict_of
from tieout.quality.validation import declared

_GATES = {"raw": ("入库前检查", "Before loading"), "marts": ("发布前检查", "Before publication")}
_VERDICTS: dict[Verdict, tuple[str, str]] = {
    "passed": ("通过", "passed"),
    "warned": ("警告", "warning"),
    "failed": ("未通过", "failed"),
}
_HEADINGS = (
    ("结果", "Result", ""),
    ("规则", "Rule", ""),
    ("对象", "Subject", ""),
    ("实测", "Observed", "number"),
    ("容差", "Tolerance", "number"),
    ("说明", "Detail", ""),
)


def data_docs(settings: Settings, run_id: str | None, out: Path) -> Path:
    """Write `index.html` about a run (None: the one checked last) into the folder `out` and give its path.

    Raises TieoutError when that run was never checked.
    """
    from tieout.warehouse import connect

    with connect(settings) as connection:
        chosen = run_id or latest_run(connection)
        checks = recorded(connection, chosen) if chosen else []
        known = connection.execute("select as_of from ops.runs where run_id = %s", (chosen,)).fetchone()
    if not checks:
        raise TieoutError(
            f"No gate has checked run {run_id}: take a run that `tieout status` lists"
            if run_id
            else "Nothing has been checked yet: `tieout run` does"
        )
    out.mkdir(parents=True, exist_ok=True)
    page = out / "index.html"
    page.write_text(render(checks, str(known[0]) if known else ""), encoding="utf-8")
    return page


def render(checks: Sequence[tuple[GateResult, datetime]], as_of: str) -> str:
    """Give the page as HTML that loads nothing: neither script, nor style, font or image."""
    results = [result for result, _ in checks]
    checked_at = max(instant for _, instant in checks)
    style = Path(__file__).with_name("data_docs.css").read_text(encoding="utf-8")
    facts = (
        ("业务日期", "As of", as_of),
        ("运行", "Run", results[0].run_id),
        ("检查时间", "Checked at", f"{checked_at:%Y-%m-%d %H:%M} UTC"),
        ("规则检查", "Checks", str(len(results))),
    )
    stated = "".join(f"<div><dt>{zh} {en}</dt><dd>{escape(value)}</dd></div>" for zh, en, value in facts)
    gates = "".join(_gate(gate, [one for one in results if one.gate == gate]) for gate in _GATES)
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>数据质量 · Data quality · {escape(as_of)}</title>\n<style>\n{style}</style>\n</head>\n<body><main>\n"
        f'<h1>数据质量 <span class="en">Data quality</span></h1>\n<dl class="facts">{stated}</dl>\n'
        f"{gates}</main></body>\n</html>\n"
    )


def _gate(gate: str, results: Sequence[GateResult]) -> str:
    zh, en = _GATES[gate]
    if not results:
        return f'<h2>{zh} <span class="en">{en}</span></h2>\n<p class="en">本次未检查 · Not checked in this run</p>\n'
    failed = [result for result in results if not result.success]
    passed = [result for result in results if result.success]
    heading = f'<h2>{zh} <span class="en">{en}</span> {_badge(verdict_of(results))}</h2>\n'
    shown = _table(failed) if failed else '<p class="en">没有问题 · Nothing to report</p>\n'
    folded = f"<details><summary>{len(passed)} 项通过 · {len(passed)} passed</summary>\n{_table(passed)}</details>\n"
    return heading + shown + (folded if passed else "")


def _table(results: Iterable[GateResult]) -> str:
    headings = "".join(f'<th class="{kind}">{zh} {en}</th>' for zh, en, kind in _HEADINGS)
    rows = "".join(_row(result) for result in results)
    return f'<div class="box"><table><thead><tr>{headings}</tr></thead><tbody>\n{rows}</tbody></table></div>\n'


def _row(result: GateResult) -> str:
    cells = (
        ("", _badge(verdict_of([result]))),
        ("", _title(result.rule)),
        ("", f"<code>{escape(result.subject).replace('_', '_<wbr>').replace('.', '.<wbr>')}</code>"),
        ("number", escape(result.observed)),
        ("number", escape(result.threshold)),
        ("detail", escape(result.detail).replace("; ", "<br>")),
    )
    return "<tr>" + "".join(f'<td class="{kind}">{content}</td>' for kind, content in cells) + "</tr>\n"


def _title(rule: str) -> str:
    entry: Any = declared("rules").RULES.get(rule)
    code = f"<code>{escape(rule)}</code>"
    if entry is None:
        return code
    return f'<div class="title">{escape(entry.title_zh)}</div><div class="en">{escape(entry.title_en)}</div>{code}'


def _badge(verdict: Verdict) -> str:
    zh, en = _VERDICTS[verdict]
    return f'<span class="badge {verdict}">{zh} {en}</span>'
