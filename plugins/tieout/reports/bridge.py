"""The money bridge as people look at it: stages, what leads from one to the next, and where a residual comes from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.reports.table import Table, fetch
from tieout.warehouse import Connection, connect

Schema = Literal["published", "candidate"]


@dataclass(frozen=True)
class Line:
    """A stage, a difference or a residual: its name, its wording in both languages, its amount in major units."""

    line: str
    label_en: str
    label_zh: str
    amount: Decimal
    item_count: int = 0


@dataclass
class Step:
    """A stage with what leads to it from the stage before."""

    stage: Line
    differences: list[Line] = field(default_factory=list)
    residual: Decimal = Decimal(0)


@dataclass(frozen=True)
class Bridge:
    """One currency's steps in order, of one shop or account or of all, of one month or of all."""

    currency: str
    steps: tuple[Step, ...]

    @property
    def residual(self) -> Decimal:
        """What nothing explains, the steps' sizes together."""
        return sum((abs(step.residual) for step in self.steps), Decimal(0))


@dataclass(frozen=True)
class BridgeReport:
    """What `tieout bridge` shows; `schema` is candidate where the last build was not published."""

    schema: Schema
    as_of: date | None
    bridges: tuple[Bridge, ...]
    residuals: Table


_SHOWN = "coalesce(shop_id, account_id, platform, '')"
_WHERE = f"""
    where (%(shop)s::text is null or {_SHOWN} = %(shop)s)
        and (%(month)s::text is null or to_char(month_on, 'YYYY-MM') = %(month)s)
"""

_LINES = (
    """
    select currency, step, line_kind, line, label_en, label_zh, sum(amount) as amount, sum(item_count) as item_count
    from {schema}.fct_money_bridge
"""
    + _WHERE
    + """
    group by currency, step, line_kind, line, label_en, label_zh
    order by currency, step, max(sort_order), line
"""
)

# A residual that no item explains is one that the bridge itself has lost: it is named by its place.
_RESIDUALS = (
    """
    select to_char(month_on, 'YYYY-MM') as month, concat_ws(' ', platform, shop_id, account_id) as "of", currency,
        parts.step, stages.label_en || ' ' || stages.label_zh as leads_to, item_type, item_id, amount as residual
    from (
        select month_on, platform, shop_id, account_id, currency, step, item_type, item_id, amount
        from {schema}.fct_money_bridge_items
        where line = 'residual'
        union all
        select month_on, platform, shop_id, account_id, currency, step, 'not in an item', null, sum(amount)
        from (
            select month_on, platform, shop_id, account_id, currency, step, amount
            from {schema}.fct_money_bridge
            where line_kind = 'residual'
            union all
            select month_on, platform, shop_id, account_id, currency, step, -amount
            from {schema}.fct_money_bridge_items
            where line = 'residual'
        ) as both_sides
        group by month_on, platform, shop_id, account_id, currency, step
        having sum(amount) <> 0
    ) as parts
    inner join (
        select distinct step, label_en, label_zh from {schema}.fct_money_bridge where line_kind = 'stage'
    ) as stages on parts.step = stages.step
"""
    + _WHERE
    + " order by 1, 2, 3, 4, item_type, item_id"
)


def bridge(settings: Settings, shop: str | None = None, month: str | None = None) -> BridgeReport:
    """Read the bridge of a shop (or pooled account; default all) and a month `2026-05` (default all).

    Reads what is published, or the candidate where the last build is not published. Raises TieoutError when there is
    neither, and for a shop or month that the bridge does not have.
    """
    with connect(settings) as connection:
        schema = _schema(connection)
        _prove(connection, schema, f"select distinct {_SHOWN} from", shop, "shop or account")
        _prove(connection, schema, "select distinct to_char(month_on, 'YYYY-MM') from", month, "month")
        given = {"shop": shop, "month": month}
        lines = fetch(connection, _LINES.replace("{schema}", schema), given)
        residuals = fetch(connection, _RESIDUALS.replace("{schema}", schema), given)
        return BridgeReport(schema, _as_of(connection, schema), tuple(_bridges(lines.rows)), residuals)


def _schema(connection: Connection) -> Schema:
    schemas: tuple[Schema, ...] = ("candidate", "published")
    for schema in schemas:
        if connection.execute("select to_regclass(%s)", (f"{schema}.fct_money_bridge",)).fetchone() != (None,):
            return schema
    raise TieoutError("there is no money bridge yet; run `tieout run --as-of DATE` first")


def _as_of(connection: Connection, schema: Schema) -> date | None:
    queries = {
        "candidate": b"select as_of from ops.runs order by started_at desc limit 1",
        "published": b"select as_of from published.publication order by publication_id desc limit 1",
    }
    row = connection.execute(queries[schema]).fetchone()
    return row[0] if row else None


def _prove(connection: Connection, schema: Schema, query: str, value: str | None, what: str) -> None:
    if value is None:
        return
    known = sorted(name for (name,) in fetch(connection, f"{query} {schema}.fct_money_bridge").rows if name)
    if value not in known:
        raise TieoutError(f"the money bridge has no {what} '{value}'; it has {', '.join(known) or 'nothing'}")


def _bridges(rows: Iterable[tuple[str, int, str, str, str, str, Decimal, int]]) -> Iterable[Bridge]:
    found: dict[str, dict[int, Step]] = {}
    for currency, step, kind, *names, amount, item_count in rows:
        line = Line(names[0], names[1], names[2], amount, item_count)
        steps = found.setdefault(currency, {})
        entry = steps.setdefault(step, Step(Line("", "", "", Decimal(0))))
        if kind == "stage":
            entry.stage = line
        elif kind == "residual":
            entry.residual = amount
        elif amount:
            entry.differences.append(line)
    for currency, steps in found.items():
        yield Bridge(currency, tuple(steps[step] for step in sorted(steps)))
