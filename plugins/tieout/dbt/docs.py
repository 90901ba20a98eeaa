"""The models' documentation and lineage as one page that can be read anywhere, without a network."""

import json
import os
import re
from datetime import date
from pathlib import Path

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.dbt.build import configure
from tieout.dbt.project import PROJECT

# The page is a program: it needs its own scripts and styles, and whatever is in it may load nothing else.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:"
)
_TRACKING = re.compile(r'"//[\w.-]+\.cloudfront\.net/[^"]*"|"[\w.-]+\.sinter-collect\.com"')
# An icon that was never put in, and an address of dbt's own site.
_LINKS = re.compile(r'<link rel="(?:canonical|shortcut icon)"[^>]*>')


def docs(settings: Settings, warehouse_url: str, as_of: date, out: Path) -> Path:
    """Write `lineage.html` into the folder `out` and give its path: every model, column, test and what it is made of.

    Types and comments are those of the warehouse as it stands, the compiled SQL is that of `as_of`. Raises TieoutError
    when dbt cannot read its project or the warehouse.
    """
    from dbt.cli.main import dbtRunner

    configure(settings, warehouse_url)
    # A folder of its own: a build at work writes its manifest meanwhile.
    target = settings.dbt / "docs"
    arguments = [
        "--log-level", "none",
        "--log-path", str(settings.dbt / "logs"),
        "docs", "generate", "--static",
        "--project-dir", str(PROJECT),
        "--profiles-dir", str(PROJECT),
        "--target-path", str(target),
        "--vars", f"{{as_of: '{as_of.isoformat()}'}}",
    ]  # fmt: skip
    outcome = dbtRunner().invoke(arguments)
    if outcome.exception is not None or not outcome.success:
        raise TieoutError(
            f"the documentation could not be written: {outcome.exception or f'dbt says why in {settings.dbt}/logs'}"
        )
    out.mkdir(parents=True, exist_ok=True)
    page = out / "lineage.html"
    draft = out / f".lineage.html.{os.getpid()}"
    draft.write_text(_seal((target / "static_index.html").read_text("utf-8"), settings.dbt), encoding="utf-8")
    draft.replace(page)
    return page


def _seal(html: str, home: Path) -> str:
    """Take out what would load or tell anything: links, the tracker's addresses, this machine's folders."""
    html = _LINKS.sub("", _TRACKING.sub('""', html))
    for folder in (home, PROJECT):
        html = html.replace(json.dumps(f"{folder}{os.sep}")[1:-1], "").replace(json.dumps(str(folder))[1:-1], ".")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    head = re.search(r"<head[^>]*>", html)
    if head is None:
        raise TieoutError("dbt's documentation page has no head to seal: this version of dbt writes another page")
    html = html[: head.end()] + policy + html[head.end() :]
    return html.replace("<title>dbt Docs</title>", "<title>血缘 · Lineage · tieout</title>", 1)
