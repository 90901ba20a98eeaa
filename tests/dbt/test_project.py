"""The dbt project keeps its own rules: described, documented, looking left only, codes and wording in agreement."""

import csv
import re
from collections import Counter
from typing import Any

import pytest
import yaml
from built import Built

from tieout.dbt.project import PROJECT

LAYERS = ("staging", "intermediate", "marts", "exceptions", "reports")
PREFIXES = {
    "staging": ("stg_",), "intermediate": ("int_",), "marts": ("fct_", "dim_", "source_status"),
    "exceptions": ("exc_", "exceptions", "exception_", "pending_items"), "reports": ("rpt_",),
}  # fmt: skip
LEFT_OF = {
    "staging": {"seed", "source", "staging"},
    "intermediate": {"seed", "staging", "intermediate"},
    "marts": {"seed", "staging", "intermediate", "marts"},
    "exceptions": {"seed", "staging", "marts", "exceptions"},
    "reports": {"seed", "marts", "exceptions"},
}
CODE = re.compile(r"'((?:OP|RF|ST|BK|GL|RK|DQ)[0-9]{2})'")


def layer_of(node: dict[str, Any]) -> str:
    """A node's layer: its folder below models, or what else it is."""
    if node["resource_type"] != "model":
        return str(node["resource_type"])
    return str(node["path"].split("/")[0])


def read_seed(name: str) -> list[dict[str, str]]:
    """A shipped seed's rows."""
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def models(built: Built) -> dict[str, dict[str, Any]]:
    """The project's models by name."""
    assert len(built.models) > 80
    return built.models


@pytest.fixture(scope="session")
def emitted(built: Built, models: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    """The codes that each model's text names."""
    found = {name: set(CODE.findall(built.sql(name))) for name in models}
    assert len(set().union(*found.values())) > 15
    return found


def test_every_model_is_described_by_its_grain_and_lies_in_its_layer(models: dict[str, dict[str, Any]]) -> None:
    for name, model in models.items():
        assert layer_of(model) in LAYERS, name
        assert name.startswith(PREFIXES[layer_of(model)]), f"{name} has a name of another layer"
        assert model["description"].startswith("One row per "), f"{name} does not say what a row is"


def test_every_column_that_people_see_is_documented(built: Built, models: dict[str, dict[str, Any]]) -> None:
    # The legs' own breaks and rows are not published; `exceptions` and `fct_reconciliation` unite them.
    seen = {
        name: model
        for name, model in models.items()
        if layer_of(model) in LAYERS[2:] and not name.startswith(("exc_", "fct_reconciled_"))
    }
    assert len(seen) > 20
    for name, model in seen.items():
        documented = {column["name"]: column["description"] for column in model["columns"].values()}
        assert sorted(documented) == sorted(built.columns[(model["schema"], name)]), name
        assert all(documented.values()), name


def test_documented_columns_of_other_models_exist(built: Built, models: dict[str, dict[str, Any]]) -> None:
    for name, model in models.items():
        assert set(model["columns"]) <= set(built.columns[(model["schema"], name)]), name


def test_no_model_is_longer_than_a_hundred_lines(built: Built, models: dict[str, dict[str, Any]]) -> None:
    lengths = {name: built.sql(name).count("\n") for name in models}
    assert max(lengths.values()) <= 100, sorted(lengths.items(), key=lambda item: -item[1])[:3]


def test_layers_look_left_only(built: Built, models: dict[str, dict[str, Any]]) -> None:
    nodes = built.manifest["nodes"] | built.manifest["sources"]
    looks = {(name, upstream) for name, model in models.items() for upstream in model["depends_on"]["nodes"]}
    assert len(looks) > 200
    wrong = {
        (name, upstream.rsplit(".", 1)[-1])
        for name, upstream in looks
        if layer_of(nodes[upstream]) not in LEFT_OF[layer_of(models[name])]
    }
    assert wrong == set()


def test_every_fact_and_exception_proves_its_key(built: Built, models: dict[str, dict[str, Any]]) -> None:
    tests = [node for node in built.manifest["nodes"].values() if node["resource_type"] == "test"]
    proved = {
        test["attached_node"].rsplit(".", 1)[-1]
        for test in tests
        if (test.get("test_metadata") or {}).get("name") == "is_key"
    }
    keyed = {
        name for name, model in models.items() if name.startswith("fct_") and model["config"]["materialized"] == "table"
    } | {"exceptions", "pending_items", "source_status"}
    # What stands in a reconciliation is proved by conservation: a source's own ids are not unique across sources.
    assert keyed - proved == {"fct_reconciliation", "fct_untrusted_days"}


def test_every_leg_is_held_against_its_sources(built: Built) -> None:
    nodes = [node for node in built.manifest["nodes"].values() if node["resource_type"] == "test"]
    vocabulary = [
        (node.get("test_metadata") or {}).get("kwargs", {}).get("words", {}).get("leg")
        for node in nodes
        if (node.get("attached_node") or "").endswith(".fct_reconciliation")
    ]
    names = (re.fullmatch(r"assert_every_row_of_(\w+)_is_accounted_for_once", node["name"]) for node in nodes)
    assert vocabulary == [sorted(name[1] for name in names if name)]


def test_every_code_is_decided_and_in_the_seed_with_its_wording(emitted: dict[str, set[str]]) -> None:
    codes = {row["code"]: row for row in read_seed("exception_codes")}
    assert set().union(*emitted.values()) == set(codes)
    for code, row in codes.items():
        assert row["explanation_en"], code
        assert row["explanation_zh"], code
        assert bool(row["pending_severity"]) == row["kind"].startswith("T"), code


def test_every_code_is_expected_by_a_unit_test_of_a_model_that_decides(
    built: Built, emitted: dict[str, set[str]]
) -> None:
    tested: set[str] = set()
    for test in built.manifest["unit_tests"].values():
        expected = {str(row["code"]) for row in test["expect"]["rows"] if row.get("code")}
        tested |= expected & emitted.get(test["model"], set())
    assert tested == {row["code"] for row in read_seed("exception_codes")}


def test_every_reason_that_is_emitted_has_its_wording(built: Built, models: dict[str, dict[str, Any]]) -> None:
    reasons = {row["reason"]: row for row in read_seed("exception_reasons")}
    emitted = set()
    for name in (name for name in models if name.startswith("exc_")):
        for given in re.findall(r'"reason": "(.*?)",\n', built.sql(name), flags=re.DOTALL):
            emitted |= set(re.findall(r"then '(\w+)'|else '(\w+)'|^'(\w+)'$", given))
    words = {word for groups in emitted for word in groups if word}
    assert len(words) > 10
    assert words <= set(reasons)
    assert all(row["explanation_en"] and row["explanation_zh"] for row in reasons.values())


def test_wording_names_only_what_is_filled_in(built: Built) -> None:
    filled = set(re.findall(r'"(\w+)": "', built.macro("explanation").split("macro explanation")[1]))
    wording = [row[f"explanation_{language}"] for row in read_seed("exception_codes") for language in ("en", "zh")]
    wording += [row[f"explanation_{language}"] for row in read_seed("exception_reasons") for language in ("en", "zh")]
    used = set(re.findall(r"{(.*?)}", " ".join(wording)))
    assert len(used) > 8
    assert used <= filled


def test_wording_in_both_languages_names_the_same(built: Built) -> None:
    for row in read_seed("exception_codes") + read_seed("exception_reasons"):
        english, chinese = (Counter(re.findall(r"{(\w+)}", row[f"explanation_{name}"])) for name in ("en", "zh"))
        assert set(english) == set(chinese), row


def test_seeds_tell_their_rows_apart() -> None:
    declared = yaml.safe_load((PROJECT / "models" / "staging" / "_seeds.yml").read_text("utf-8"))["seeds"]
    assert {seed["name"] for seed in declared} == {path.stem for path in (PROJECT / "seeds").glob("*.csv")}
    for seed in declared:
        keys = Counter(
            tuple(row[column] for column in seed["config"]["meta"]["key"]) for row in read_seed(seed["name"])
        )
        assert not [key for key, count in keys.items() if count > 1], seed["name"]
