"""What stands in the engine's database, and whether the next build can begin with it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from tieout.core.errors import TieoutError
from tieout.dbt import partitions
from tieout.engines import Engine
from tieout.warehouse import Connection

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

_BASE = "changes.base"
_COLUMNS = ("fingerprint", "state", "as_of", "row_count")
_KNOWN = (
    "source", "stream", "file_name", "row_count", "rejected_count", "window_from", "window_to", "account",
    "delivered_at", "delivery_rank", "totals",
)  # fmt: skip

Deliveries = dict[str, tuple[str, str]]
"""Of each delivery the hash of what was landed, and what else models may read of it."""


@dataclass(frozen=True)
class Base:
    """What was built last, or is being built.

    `fingerprint` says of which models, macros and seeds; `state` is anew, updated or complete (changes.base).
    """

    fingerprint: str
    state: str
    as_of: date
    row_count: int


def begin(
    engine: Engine, connection: Connection, manifest: "Manifest", as_of: date, *, first: bool, full: bool
) -> bool:
    """Let a build's models know whether they begin from nothing, which is returned, or with what the last build left.

    The first layer decides, later ones follow it. It begins from nothing when asked to, when there is no build of the
    same models, macros and seeds or only one as of a later date, and when so much is new that this costs less. An
    update that was interrupted is gone on with: what it had touched stays noted. Raises TieoutError when a later layer
    is to be built upon nothing.
    """
    engine.begin(connection, anew=first and full)
    there, columns = _read_base(engine), read_columns(engine)
    if first:
        now = Base(to_fingerprint(manifest), "updated", as_of, _count_rows(engine))
        is_there = partitions.names(manifest) <= columns.keys()
        anew = there is None or not is_there or _must_be_anew(there, now)
        if anew and not full:
            engine.begin(connection, anew=True)
        deliveries = _read_deliveries(engine)
        _note_changes(engine, deliveries, is_begun=there is not None and there.state == "updated" and not anew)
        if anew:
            engine.replace("changes.due", ("model", "value"), [])
        _write(engine, replace(now, state="anew") if anew else now)
        # Last: whoever begins again after this knows that the changes noted above are still to be carried out.
        engine.replace(
            "changes.deliveries",
            ("delivery_id", "landed_hash", "known"),
            [(delivery_id, *content) for delivery_id, content in deliveries.items()],
        )
    elif there is None:
        raise TieoutError("There is nothing to build upon: build the staging layer first.")
    else:
        anew = there.state == "anew"
    if not anew:
        partitions.plan(manifest, columns, _read_definitions(engine))
    return anew


def complete(engine: Engine) -> None:
    """Write down that every model is built."""
    there = _read_base(engine)
    if there is not None:
        _write(engine, replace(there, state="complete"))


def to_fingerprint(manifest: "Manifest") -> str:
    """Give a hash of all that is built: models, macros and seeds."""
    digest = hashlib.sha256()
    for node in sorted(manifest.nodes.values(), key=lambda node: node.unique_id):
        if str(node.resource_type) in ("model", "seed"):
            digest.update(f"{node.unique_id} {node.checksum.checksum} {node.config.materialized}\n".encode())
    for unique_id, macro in sorted(manifest.macros.items()):
        digest.update(f"{unique_id} {macro.macro_sql}\n".encode())
    return digest.hexdigest()


def read_columns(engine: Engine) -> dict[str, list[str]]:
    """Read the columns of all relations that the engine has built, by `schema.name`."""
    known: dict[str, list[str]] = {}
    for schema, table, column in engine.read(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where table_schema in ('staging', 'intermediate', 'marts')"
    ):
        known.setdefault(f"{schema}.{table}", []).append(str(column))
    return known


def _read_definitions(engine: Engine) -> dict[str, str]:
    """Read the queries of all views upon deliveries, by `schema.name`."""
    views = engine.read(
        "select table_schema, table_name, view_definition from information_schema.views where table_schema = 'staging'"
    )
    # DuckDB gives the statement that makes the view.
    return {
        f"{schema}.{name}": str(text).split(f"CREATE VIEW {schema}.{name} AS ")[-1].strip().rstrip(";")
        for schema, name, text in views
    }


def _read_deliveries(engine: Engine) -> Deliveries:
    """Read what there is of each delivery: the hash of what was landed, and what is known of it besides."""
    rows = engine.read(f"select batch_id, landed_hash, {', '.join(_KNOWN)} from raw.batches")
    return {batch_id: (landed_hash, repr(known)) for batch_id, landed_hash, *known in rows}


def _note_changes(engine: Engine, now: Deliveries, *, is_begun: bool) -> None:
    """Note which deliveries came or are others since the last build; what an interrupted update noted stays."""
    rows = engine.read("select delivery_id, landed_hash, known from changes.deliveries")
    before = {delivery_id: (landed_hash, known) for delivery_id, landed_hash, known in rows}
    keys = {("delivery", delivery_id) for delivery_id, content in now.items() if before.get(delivery_id) != content}
    is_gone = any(delivery_id not in now or now[delivery_id][0] != before[delivery_id][0] for delivery_id in before)
    relations = {(partitions.DELIVERIES,)} if is_gone else set()
    if is_begun:
        keys |= set(engine.read("select key, value from changes.keys"))
        relations |= set(engine.read("select name from changes.relations"))
    engine.replace("changes.keys", ("key", "value"), keys)
    engine.replace("changes.relations", ("name",), relations)


def _must_be_anew(there: Base, now: Base) -> bool:
    return (
        there.state == "anew"
        or there.fingerprint != now.fingerprint
        or there.as_of > now.as_of
        or now.row_count - there.row_count > _most(there.row_count)
    )


def _most(row_count: int) -> int:
    """Give how many new rows still cost less when what stands there is compared with them than when all is built anew.

    Half of a small warehouse's, where dbt's work on seeds and views costs most; a twentieth of a large one's.
    """
    return min(row_count // 2, 50_000 + row_count // 20)


def _count_rows(engine: Engine) -> int:
    return int(engine.read("select coalesce(sum(row_count), 0) from raw.batches")[0][0])


def _read_base(engine: Engine) -> Base | None:
    rows = engine.read(f"select {', '.join(_COLUMNS)} from {_BASE}")
    return Base(*rows[0]) if rows else None


def _write(engine: Engine, base: Base) -> None:
    engine.replace(_BASE, _COLUMNS, [(base.fingerprint, base.state, base.as_of, base.row_count)])
