"""The data dictionary: every published table and column, with its type and its meaning in English and Chinese."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.dbt.build import configure
from tieout.dbt.project import PROJECT
from tieout.warehouse.candidate import Columns

_LAYERS = {
    "exceptions": "Exceptions 差异",
    "reports": "Reports 报表",
    "marts": "Facts 事实表",
}
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"(?<=[.…])\s+")
_HEAD = """# Data dictionary 数据字典

What is published, table by table (schema `published`). Made by `tieout docs --dictionary`; change descriptions in
`dbt_project/models`, not here.
已发布的全部表与列（模式 `published`）。由 `tieout docs --dictionary` 生成，请在 `dbt_project/models` 中修改说明。
"""


def read_manifest(settings: Settings, warehouse_url: str) -> dict[str, Any]:
    """Read the project as dbt understands it, with all descriptions filled in.

    Raises TieoutError when dbt cannot read its project.
    """
    from dbt.cli.main import dbtRunner

    configure(settings, warehouse_url)
    target = settings.dbt / "dictionary"
    arguments = [
        "--log-level", "none",
        "--log-path", str(settings.dbt / "logs"),
        "parse",
        "--project-dir", str(PROJECT),
        "--profiles-dir", str(PROJECT),
        "--target-path", str(target),
    ]  # fmt: skip
    outcome = dbtRunner().invoke(arguments)
    if outcome.exception is not None or not outcome.success:
        raise TieoutError(f"dbt cannot read its project: {outcome.exception or f'see {settings.dbt}/logs'}")
    read: dict[str, Any] = json.loads((target / "manifest.json").read_text("utf-8"))
    return read


def dictionary(project: Mapping[str, Any], types: Mapping[str, Columns]) -> str:
    """Write the dictionary as Markdown from dbt's manifest and the tables' columns with their types.

    A table of which no type is known was never built: its types are left empty.
    """
    parts = [_HEAD]
    models = [node for node in project["nodes"].values() if node["resource_type"] == "model"]
    for layer, title in _LAYERS.items():
        parts.append(f"\n## {title}\n")
        for model in sorted(models, key=lambda node: str(node["name"])):
            if model["path"].split("/")[0] == layer and is_published(model):
                parts.append(_table(model, types))
    return "".join(parts)


def is_published(model: Mapping[str, Any]) -> bool:
    """Whether a model of dbt's manifest is a table that is published: views and the legs' own exceptions are not."""
    layer, name = model["path"].split("/")[0], str(model["name"])
    return layer in _LAYERS and model["config"]["materialized"] == "table" and not name.startswith("exc_")


def write_dictionary(text: str, out: Path) -> Path:
    """Write the dictionary into a folder, which is made as needed, and give the file's path."""
    out.mkdir(parents=True, exist_ok=True)
    page = out / "data-dictionary.md"
    page.write_text(text, encoding="utf-8")
    return page


def _table(model: Mapping[str, Any], types: Mapping[str, Columns]) -> str:
    name = str(model["name"])
    english, chinese = split(model["description"])
    lines = [
        f"\n### {name}\n\n{english}\n{chinese}\n",
        "| column 列 | type 类型 | meaning | 含义 |",
        "|---|---|---|---|",
    ]
    for column in model["columns"].values():
        meaning, in_chinese = split(column["description"])
        cells = (f"`{column['name']}`", types.get(name, {}).get(column["name"], ""), meaning, in_chinese)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def split(description: str) -> tuple[str, str]:
    """Split a description into its English and its Chinese half: "English. 中文。"."""
    english: list[str] = []
    sentences = _SENTENCE.split(" ".join(description.split()))
    while sentences and not _CHINESE.search(sentences[0]):
        english.append(sentences.pop(0))
    return " ".join(english), " ".join(sentences)
