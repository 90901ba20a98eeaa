"""Rules of the house that a reviewer would otherwise have to keep in mind."""

import csv
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tieout.formats.open.entities import ENTITIES
from tieout.sources import STREAMS

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "plugins").rglob("*.py")) + sorted((ROOT / "expectations").glob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "lib", "manager", "misc"}


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _seed(name: str) -> list[dict[str, str]]:
    with (ROOT / "dbt_project" / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 60
    assert len(TESTS) > 20


@pytest.mark.parametrize(("paths", "most"), [(MODULES, 250), (TESTS, 400)], ids=["modules", "tests"])
def test_no_file_is_over_its_limit(paths: list[Path], most: int) -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert {name: length for name, length in lengths.items() if length > most} == {}


def test_things_have_names() -> None:
    assert [path for path in MODULES if {path.stem, path.parent.name} & VAGUE] == []


def test_every_make_target_is_in_the_readme_and_the_other_way_round() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", _text("Makefile"), re.MULTILINE))
    assert targets >= {"demo", "test", "check", "clean"}
    assert targets == set(re.findall(r"make ([a-z-]+)", _text("README.md"))) - {"only"}


def test_every_setting_is_in_the_example() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES if "dbt" not in path.parts)
    used = set(re.findall(r"TIEOUT_[A-Z_]+", code))
    assert len(used) >= 2
    # What compose reads from .env, whatever it calls it inside.
    for path in ROOT.glob("docker-compose*.yml"):
        used |= set(re.findall(r"\$\{([A-Z_]+)", path.read_text(encoding="utf-8")))
    assert len(used) >= 15
    assert used == set(re.findall(r"^([A-Z_]+)=", _text(".env.example"), re.MULTILINE))


def test_every_code_is_explained_in_the_docs() -> None:
    documented = _text("docs/exceptions.md")
    codes = _seed("exception_codes")
    assert len(codes) >= 20
    for row in codes:
        assert f"| {row['code']} | {row['name']} | {row['name_zh']} |" in documented
        assert f"*{row['code']}*" in documented


def test_every_code_has_a_fault_in_the_world() -> None:
    world = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "plugins/tieout/world").glob("*.py"))
    assert [row["code"] for row in _seed("exception_codes") if f'"{row["code"]}"' not in world] == []


def test_the_open_format_is_documented_column_by_column() -> None:
    sections = re.split(r"^## `(\w+)`$", _text("docs/open-format.md"), flags=re.MULTILINE)
    documented = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert documented.keys() == ENTITIES.keys()
    for entity, fields in ENTITIES.items():
        assert re.findall(r"^\| `(\w+)` \|", documented[entity], re.MULTILINE) == [field.name for field in fields]


def test_every_seed_is_documented_with_its_columns() -> None:
    documented = _text("docs/configuration.md")
    declared = yaml.safe_load(_text("dbt_project/models/staging/_seeds.yml"))["seeds"]
    assert {seed["name"] for seed in declared} == {path.stem for path in (ROOT / "dbt_project/seeds").glob("*.csv")}
    for seed in declared:
        header = _text(f"dbt_project/seeds/{seed['name']}.csv").splitlines()[0]
        assert f"| `{seed['name']}` |" in documented
        assert f"| {header.replace(',', ', ')} |" in documented


def test_every_stream_has_a_staging_model_and_a_declared_raw_table() -> None:
    declared = yaml.safe_load(_text("dbt_project/models/staging/_sources.yml"))["sources"][0]["tables"]
    assert {table["name"] for table in declared} == {stream.table for stream in STREAMS.values()} | {
        "batches", "findings",
    }  # fmt: skip
    staging = "\n".join(path.read_text() for path in (ROOT / "dbt_project/models/staging").rglob("*.sql"))
    assert [stream.table for stream in STREAMS.values() if f'"{stream.table}"' not in staging] == []


def test_nothing_names_this_machine_or_an_index() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    paths = [ROOT / name for name in listed] or [*MODULES, *TESTS]
    hosts = re.compile(r"/(?:work|farm|root)/|py" + r"pi\.org|python" + r"hosted\.org")
    texts = {path: path.read_text(encoding="utf-8", errors="ignore") for path in paths if path.is_file()}
    assert len(texts) > 100
    assert [str(path.relative_to(ROOT)) for path, text in texts.items() if hosts.search(text)] == []
