"""The data dictionary is what the generator gives, and says everything in both languages."""

import re
from pathlib import Path

from built import Built

from tieout import warehouse
from tieout.dbt import dictionary
from tieout.dbt.dictionary import is_published, split
from tieout.warehouse.candidate import read_columns

WRITTEN = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
CHINESE = re.compile("[\u4e00-\u9fff]")


def test_the_dictionary_is_current(built: Built) -> None:
    with warehouse.connect(built.settings) as connection:
        text = dictionary(built.manifest, read_columns(connection, "candidate"))
    assert text.count("\n### ") > 30
    assert "| `difference_amount` | numeric(18,2) |" in text
    assert text == WRITTEN.read_text("utf-8"), "run `tieout docs --dictionary --out docs` on a home that has published"


def test_every_table_and_column_is_described_in_english_and_chinese(built: Built) -> None:
    lacking = []
    for name, model in built.models.items():
        if not is_published(model):
            continue
        described = {name: model["description"]}
        described |= {f"{name}.{column['name']}": column["description"] for column in model["columns"].values()}
        for subject, text in described.items():
            english, chinese = split(text)
            if not english or not CHINESE.search(chinese):
                lacking.append(subject)
    assert lacking == []


def test_a_description_is_split_where_its_chinese_begins() -> None:
    assert split("One row per order. Of two, the first. 一行一个订单。") == (
        "One row per order. Of two, the first.",
        "一行一个订单。",
    )
    assert split("`ST09` where the balance jumps.\n`ST09` 为余额跳变。") == (
        "`ST09` where the balance jumps.",
        "`ST09` 为余额跳变。",
    )
    assert split("English only.") == ("English only.", "")
