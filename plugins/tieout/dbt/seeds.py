"""The seeds a build uses: the shipped rows, with the merchant's own in place of those of the same key."""

import csv
import os
import threading
from pathlib import Path

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.dbt.calendar import calendar_days
from tieout.dbt.project import PROJECT


def merge(settings: Settings) -> Path:
    """Write the merged seeds to `<home>/dbt/seeds` and return that folder.

    Raises TieoutError where a file in `<home>/config` is no seed or has a column that its seed does not have.
    """
    keys = _keys()
    own = {path.stem: path for path in sorted(settings.config.glob("*.csv"))}
    unknown = sorted(own.keys() - keys.keys())
    if unknown:
        raise TieoutError(
            f"{settings.config / unknown[0]}.csv configures nothing; there are: {', '.join(sorted(keys))}"
        )
    merged = settings.dbt / "seeds"
    merged.mkdir(parents=True, exist_ok=True)
    for name, key in keys.items():
        columns, rows = _read(PROJECT / "seeds" / f"{name}.csv")
        if name == "calendar_days":
            rows = calendar_days()
        if name in own:
            rows = _replace(rows, _own_rows(own[name], columns), key)
        _write(merged / f"{name}.csv", columns, rows)
    return merged


def _keys() -> dict[str, list[str]]:
    import yaml

    declared = yaml.safe_load((PROJECT / "models" / "staging" / "_seeds.yml").read_text("utf-8"))
    return {seed["name"]: seed["config"]["meta"]["key"] for seed in declared["seeds"]}


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or []), rows


def _own_rows(path: Path, columns: list[str]) -> list[dict[str, str]]:
    given, rows = _read(path)
    strange = [column for column in given if column not in columns]
    if strange:
        raise TieoutError(f"{path}: column {strange[0]} is unknown; the columns are {', '.join(columns)}")
    return [{column: row.get(column) or "" for column in columns} for row in rows]


def _replace(shipped: list[dict[str, str]], own: list[dict[str, str]], key: list[str]) -> list[dict[str, str]]:
    rows = {tuple(row[column] for column in key): row for row in shipped}
    rows.update({tuple(row[column] for column in key): row for row in own})
    return list(rows.values())


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    # In one step, because others may be reading it; under a name of our own, because others may be writing it.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    draft.replace(path)
