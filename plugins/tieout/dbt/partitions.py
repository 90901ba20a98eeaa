"""What a build has to make anew: which rows of which models the new deliveries and the new date can change.

A model says in its `meta` that it is partitioned by orders (`partition_by: order`): its rows of an order, and of those
paid together with it, depend on nothing but the rows of these orders in what it reads, apart from relations whose rows
are no order's (contracts, conventions). One that reads deliveries is partitioned by their rows (`partition_by:
source_row`): each of its rows is made of one of theirs, and depends on nothing but those which a view upon the stream
says stand together. All other models are made anew as a whole; where a partitioned model reads one, it is compared with
what stood there, so that what has not changed touches nothing. dbt_project/macros/engine/changes.sql carries out what
is planned here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tieout.core.errors import TieoutError

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

_ORDER, _SOURCE_ROW = "order", "source_row"
_ORDERS = "intermediate.int_orders"
_ROW = "delivery_id || ':' || cast(line_number as varchar)"
# A delivery's row as macros/unite.sql names it.
_DELIVERED = "delivery_id in (select value from changes.keys where key = 'delivery')"

DELIVERIES = "raw.batches"
"""The relation that has changed when rows of deliveries are gone: nobody can tell any more what they touched."""

Columns = Mapping[str, Sequence[str]]
"""The columns of every relation that was built, by `schema.name`."""

Definitions = Mapping[str, str]
"""The query of every view that was built, by `schema.name`, as the engine writes it."""


def plan(manifest: "Manifest", columns: Columns, definitions: Definitions) -> None:
    """Write into each table's `meta`, as `changes`, how it is brought up to date.

    name: `schema.name`; is_heard: whether a partitioned model reads it; told: pairs of a key and the expression by
    which its rows tell what they touch. Of a partitioned model besides: partition: the expression of its rows' order
    or delivered row; inputs: relation -> the query for those of its rows that `__scope__` names, where they can be
    told; watched: relations of which any change touches all; scope: the query for what to make anew; is_dated: whether
    its rows depend on the date.
    """
    tables = [node for node in _models(manifest) if node.config.materialized == "table"]
    parts = {node.unique_id: _plan_parts(manifest, node, columns, definitions) for node in tables}
    heard = {
        table.unique_id
        for node in tables
        if parts[node.unique_id]
        for read in _reads(manifest, node)
        if not _is_delivered(read)
        for table in _tables(manifest, read)
    }
    for node in tables:
        node.config.meta["changes"] = {
            "name": _name(node),
            "is_heard": node.unique_id in heard,
            "told": _told(columns[_name(node)]),
            **parts[node.unique_id],
        }
    for view in list_dated_views(manifest):
        view.config.meta["changes"] = {"name": _name(view)}


def list_dated_views(manifest: "Manifest") -> list[Any]:
    """Give the views whose text names the date: they are other views every day."""
    return [node for node in _models(manifest) if node.config.materialized == "view" and _names_date(manifest, node)]


def names(manifest: "Manifest") -> set[str]:
    """Give the models as `schema.name`."""
    return {_name(node) for node in _models(manifest)}


def _plan_parts(manifest: "Manifest", node: Any, columns: Columns, definitions: Definitions) -> dict[str, Any]:
    match node.config.meta.get("partition_by"):
        case "order":
            parts = _plan_orders(manifest, node, columns)
        case "source_row":
            parts = _plan_source_rows(manifest, node, columns, definitions)
        case _:
            return {}
    return {**parts, "is_dated": _is_dated(manifest, node)}


def _plan_orders(manifest: "Manifest", node: Any, columns: Columns) -> dict[str, Any]:
    _check_reads_models(node)
    through: dict[str, str] = node.config.meta.get("through", {})
    inputs: dict[str, str] = {}
    watched: set[str] = set()
    for read in _reads(manifest, node):
        order = _order(columns[_name(read)])
        if order:
            inputs[str(read.relation_name)] = (
                f"select * from {read.relation_name} where coalesce({order}, '') in (select value from __scope__)"
            )
        for table in _tables(manifest, read):
            tells = _told(columns[_name(table)])
            if not tells or not (order or through.keys() & set(columns[_name(read)])):
                watched.add(_name(table))
    return {
        "partition": f"coalesce({_order(columns[_name(node)])}, '')",
        "inputs": inputs,
        "watched": sorted(watched),
        "scope": _scope(manifest, node, columns, through),
    }


def _plan_source_rows(manifest: "Manifest", node: Any, columns: Columns, definitions: Definitions) -> dict[str, Any]:
    inputs: dict[str, str] = {}
    watched = {DELIVERIES}
    # Delivered rows that are touched though nothing was delivered for them.
    begun = [f"select value from changes.due where model = '{_name(node)}'"]
    streams: dict[str, str] = {}
    for read in _reads(manifest, node):
        if "stream" in read.config.meta:
            stream = str(read.config.meta["stream"])
            inputs[str(read.relation_name)] = _restricted_to_rows(definitions[_name(read)], stream)
            streams[stream] = str(read.config.meta["together"])
        elif _order(columns[_name(read)]):
            begun.append(
                f"select source_row from {node.relation_name} where {_order(columns[_name(node)])}"
                f" in (select value from changes.keys where key = '{_ORDER}')"
            )
        elif "delivery_id" not in columns[_name(read)]:
            watched |= {_name(table) for table in _tables(manifest, read)}
    together = [
        f"select {_ROW} from raw.{stream} as stream where ({key}) in (select {key} from raw.{stream} as stream"
        f" where {_DELIVERED} or {_ROW} in (select value from begun))"
        for stream, key in streams.items()
    ]
    return {
        "partition": _SOURCE_ROW,
        "inputs": inputs,
        "watched": sorted(watched),
        "scope": f"with begun as ({' union '.join(begun)}) select value from begun union {' union '.join(together)}",
    }


def _restricted_to_rows(definition: str, stream: str) -> str:
    """Give the query of a view upon a stream, upon nothing but the delivered rows in scope."""
    query, found = re.subn(rf"\braw\.{stream}\b", stream, definition)
    if not found:
        raise TieoutError(f"A view does not read the stream that it says it does, {stream}: {definition}")
    return (
        f"with {stream} as (select * from raw.{stream} where {_ROW} in (select value from __scope__))"
        f" select * from ({query}) as delivered"
    )


def _scope(manifest: "Manifest", node: Any, columns: Columns, through: dict[str, str]) -> str:
    touched = [
        f"select value from changes.keys where key = '{_ORDER}'",
        f"select value from changes.due where model = '{_name(node)}'",
    ]
    for column, name in through.items():
        relation = next(one for one in _models(manifest) if one.name == name)
        touched.append(
            f"select {_order(columns[_name(relation)])} from {relation.relation_name}"
            f" where {column} in (select value from changes.keys where key = '{column}')"
        )
    # Orders that were paid together are one: each touches the others.
    return f"""
        with touched as ({" union ".join(touched)}),
        together as (select order_key, payable_id from {_ORDERS} where payable_id <> order_key),
        payables as (
            select payable_id from together
            where order_key in (select value from touched) or payable_id in (select value from touched)
        )
        select '' as value
        union select value from touched where value is not null
        union select payable_id from payables
        union select order_key from together where payable_id in (select payable_id from payables)
    """


def _order(columns: Sequence[str]) -> str | None:
    """Give the expression that tells whose order, or whose orders paid together, a row of these columns is."""
    if "order_key" in columns:
        return "order_key"
    if "payable_id" in columns:
        return "payable_id"
    if "order_id" in columns and "platform" in columns:
        return "platform || '|' || order_id"
    return None


def _told(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Give what rows of these columns tell of what they touch: keys, each with its expression."""
    order = _order(columns)
    told = [(_ORDER, order)] if order else []
    if "payable_id" in columns and order != "payable_id":
        told.append((_ORDER, "payable_id"))
    if "transaction_key" in columns:
        told.append(("transaction_key", "transaction_key"))
    if "delivery_id" in columns:
        told.append(("delivery", "delivery_id"))
    return told


def _is_dated(manifest: "Manifest", node: Any) -> bool:
    """Tell whether a model's rows depend on the date, by itself or by the views that it reads."""
    views = [read for read in _reads(manifest, node) if read.config.materialized == "view"]
    return _names_date(manifest, node) or any(_is_dated(manifest, view) for view in views)


def _names_date(manifest: "Manifest", node: Any) -> bool:
    known, new = set[str](), set(node.depends_on.macros)
    while new:
        known |= new
        used = (manifest.macros[name].depends_on.macros for name in new if name in manifest.macros)
        new = {name for names in used for name in names} - known
    return "macro.tieout.as_of" in known


def _reads(manifest: "Manifest", node: Any) -> list[Any]:
    """Give the models that a model reads; seeds are left out, because other seeds make another fingerprint."""
    read = (manifest.nodes[unique_id] for unique_id in node.depends_on.nodes if unique_id in manifest.nodes)
    return [one for one in read if str(one.resource_type) == "model"]


def _tables(manifest: "Manifest", node: Any) -> Iterable[Any]:
    """Give the tables among the models that a relation's rows come from."""
    if node.config.materialized == "table":
        yield node
        return
    _check_reads_models(node)
    for read in _reads(manifest, node):
        yield from _tables(manifest, read)


def _is_delivered(node: Any) -> bool:
    """Tell whether a view shows deliveries or their rows: what comes of these is known before any model is built."""
    return any(unique_id.startswith("source.") for unique_id in node.depends_on.nodes)


def _check_reads_models(node: Any) -> None:
    """Raise TieoutError if deliveries are read by a partitioned model, or by a view for one: nobody compares them."""
    if _is_delivered(node):
        raise TieoutError(f"{node.name} is, or serves, a partitioned model and reads deliveries: put a table between")


def _models(manifest: "Manifest") -> list[Any]:
    return [node for node in manifest.nodes.values() if str(node.resource_type) == "model"]


def _name(node: Any) -> str:
    return f"{node.schema}.{node.name}"
