"""What a build has to make anew: which rows of which models the new deliveries and the new date can change.

A model says in its `meta` that it is partitioned by orders (`partition_by: order`): its rows of an order, and of those
paid together with it, depend on nothing but the rows of these orders in what it reads, apart from relations whose rows
are no order's (contracts, conventions). All other models are made anew as a whole; where a partitioned model reads one,
it is compared with what stood there, so that what has not changed touches nothing.
dbt_project/macros/engine/changes.sql carries out what is planned here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tieout.core.errors import TieoutError

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

_ORDER = "order"
_ORDERS = "intermediate.int_orders"

Columns = Mapping[str, Sequence[str]]
"""The columns of every relation that was built, by `schema.name`."""


def plan(manifest: "Manifest", columns: Columns) -> None:
    """Write into each table's `meta`, as `changes`, how it is brought up to date.

    name: `schema.name`; is_heard: whether a partitioned model reads it; told: pairs of a key and the expression by
    which its rows tell what they touch. Of a partitioned model besides: partition: the expression of its rows' order;
    inputs: relation -> the same, of the relations that have one; watched: those that have none, of which any change
    touches all; scope: the query for the orders to make anew; is_dated: whether its rows depend on the date.
    """
    tables = [node for node in _models(manifest) if node.config.materialized == "table"]
    parts = {node.unique_id: _plan_parts(manifest, node, columns) for node in tables}
    heard = {
        table.unique_id
        for node in tables
        if parts[node.unique_id]
        for read in _reads(manifest, node)
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


def _plan_parts(manifest: "Manifest", node: Any, columns: Columns) -> dict[str, Any]:
    if node.config.meta.get("partition_by") != _ORDER:
        return {}
    _check_reads_models(node)
    through: dict[str, str] = node.config.meta.get("through", {})
    inputs: dict[str, str] = {}
    watched: set[str] = set()
    for read in _reads(manifest, node):
        order = _order(columns[_name(read)])
        if order:
            inputs[str(read.relation_name)] = f"coalesce({order}, '')"
        for table in _tables(manifest, read):
            tells = _told(columns[_name(table)])
            if not tells or not (order or through.keys() & set(columns[_name(read)])):
                watched.add(_name(table))
    is_dated = _is_dated(manifest, node)
    return {
        "partition": f"coalesce({_order(columns[_name(node)])}, '')",
        "inputs": inputs,
        "watched": sorted(watched),
        "scope": _scope(manifest, node, columns, through, is_dated=is_dated),
        "is_dated": is_dated,
    }


def _scope(manifest: "Manifest", node: Any, columns: Columns, through: dict[str, str], *, is_dated: bool) -> str:
    touched = [f"select value from changes.keys where key = '{_ORDER}'"]
    if is_dated:
        touched.append(f"select value from changes.due where model = '{_name(node)}'")
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


def _check_reads_models(node: Any) -> None:
    """Raise TieoutError if deliveries are read by a partitioned model, or by a view for one: nobody compares them."""
    if any(unique_id.startswith("source.") for unique_id in node.depends_on.nodes):
        raise TieoutError(f"{node.name} is, or serves, a partitioned model and reads deliveries: put a table between")


def _models(manifest: "Manifest") -> list[Any]:
    return [node for node in manifest.nodes.values() if str(node.resource_type) == "model"]


def _name(node: Any) -> str:
    return f"{node.schema}.{node.name}"
