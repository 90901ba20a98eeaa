"""What a platform or payment channel owes by its own contract: a month's claims with the rule, figures and rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.reports.table import Table, fetch
from tieout.warehouse import Connection, connect
from tieout.warehouse.publication import Publication, last_publication

CLAIMED_CODES = ("RF13", "ST01", "ST03", "ST04", "ST06", "ST07")
"""Codes of the settlement leg that are claims against a platform or channel where it holds too little for us."""


@dataclass(frozen=True)
class Claims:
    """A month's claims against a platform or payment channel: totals by code, the claims, the rows behind them.

    They are as of a publication. Amounts are in major units; what is claimed is positive. `evidence` names the claim by
    its number.
    """

    platform: str
    month: str
    publication: Publication
    summary: Table
    claims: Table
    evidence: Table

    @property
    def total(self) -> Decimal:
        """What is claimed in all, over all currencies; of one currency as a rule."""
        return sum((row[self.summary.columns.index("claimed_amount")] for row in self.summary.rows), Decimal(0))


# An exception is of the month in which it came up: its line was settled, or its due day had passed.
_CLAIMS = """
    select
        row_number() over (order by e.code, e.opened_on, e.exception_id) as no, e.code, k.name_zh, k.name,
        e.platform, e.shop_id, e.order_id, e.refund_id, e.after_sale_id, e.batch_id,
        case when e.entity_type = 'settlement_line' then e.entity_id else coalesce(c.line_id, f.transaction_id) end
            as line_id,
        e.opened_on as date, coalesce(c.component, f.component) as component, coalesce(c.rate, f.rate) as rate,
        coalesce(c.base_amount, f.base_amount) as base_amount,
        coalesce(c.rounding_rule, f.rounding_rule) as rounding_rule,
        coalesce(c.terms_from, f.terms_from, s.terms_from) as terms_from, e.currency, e.ours_amount as expected_amount,
        e.theirs_amount as charged_amount, e.difference_amount, -e.difference_amount as claimed_amount,
        e.explanation_zh, e.explanation_en, e.exception_id, e.ours_source, e.theirs_source,
        c.has_several_rates, s.expected_sale_amount, s.expected_refund_amount, s.expected_subsidy_amount,
        s.expected_commission_amount + s.expected_commission_reversal_amount as expected_commission_amount,
        s.expected_channel_fee_amount + s.expected_channel_fee_reversal_amount as expected_channel_fee_amount
    from published.exceptions as e
    inner join staging.exception_codes as k on e.code = k.code
    left join published.fct_settlement_components as c on e.exception_id = c.exception_id
    left join published.fct_channel_fees as f on e.exception_id = f.exception_id
    left join published.fct_settlements as s on e.platform || '|' || e.order_id = s.order_key
    where e.leg = 'settlements' and e.code = any(%(codes)s) and e.difference_amount < 0
        and coalesce(e.channel, e.platform) = %(platform)s and to_char(e.opened_on, 'YYYY-MM') = %(month)s
    order by 1
"""

_PLACE = """(
    select d.source || '/' || d.stream || '/' || d.file_name || ':' || substring({row}, 18)
    from staging.stg_landing__deliveries as d where d.delivery_id = substring({row}, 1, 16)
)"""

_EVIDENCE = f"""
    select * from (
        select order_id, 'order 订单' as what, order_id as id, null as batch_id, 'buyer paid 买家实付' as type,
            expected_sale_amount as amount, paid_on as date, {_PLACE.format(row="source_row")} as "file:line"
        from published.fct_settlements where order_key = any(%(orders)s)
        union all
        select order_id, 'refund 退款', refund_id, null, after_sale_id, -amount, refunded_on,
            {_PLACE.format(row="source_row")}
        from published.fct_refunds where order_key = any(%(orders)s)
        union all
        select split_part(order_key, '|', 2), 'settlement line 结算明细', line_id, batch_id, type, amount, settled_on,
            {_PLACE.format(row="source_row")}
        from published.fct_settlement_lines where order_key = any(%(orders)s)
        union all
        select order_id, 'payment 支付', transaction_id, null, channel, base_amount, since_on,
            {_PLACE.format(row="source_row")}
        from published.fct_channel_fees
        where component = 'channel_fee' and channel = %(platform)s and platform || '|' || order_id = any(%(orders)s)
        union all
        select split_part(order_key, '|', 2), 'channel fee 渠道手续费', split_part(fee_key, '|', 3), null, type,
            charged_amount, charged_on, {_PLACE.format(row="source_row")}
        from published.fct_fees
        where fee_key like 'channel|%%' and channel = %(platform)s and order_key = any(%(orders)s)
    ) as rows order by order_id, date, what, id
"""

_MONTHS = """
    select platform, min(to_char(settled_on, 'YYYY-MM')), max(to_char(settled_on, 'YYYY-MM'))
    from published.fct_settlement_lines group by platform
    union all
    select channel, min(to_char(charged_on, 'YYYY-MM')), max(to_char(charged_on, 'YYYY-MM'))
    from published.fct_channel_fees where excluded_reason is null group by channel
    order by 1
"""


def claims(settings: Settings, platform: str, month: str) -> Claims:
    """Collect a month's (`YYYY-MM`) claims against a platform or payment channel from what is published.

    Raises TieoutError for one of which, or a month of which, no settlement and no fee by contract is published.
    """
    with connect(settings) as connection:
        if connection.execute("select to_regclass('published.fct_settlement_lines')").fetchone() == (None,):
            raise TieoutError("nothing has been published yet; run `tieout run --as-of DATE` first")
        publication = last_publication(connection)
        if publication is None:
            raise TieoutError("nothing has been published yet; run `tieout run --as-of DATE` first")
        _check(connection, platform, month, publication.as_of)
        found = fetch(connection, _CLAIMS, {"codes": list(CLAIMED_CODES), "platform": platform, "month": month})
        keys = zip(_column(found, "platform"), _column(found, "order_id"), strict=True)
        orders = sorted({f"{sold_on}|{order}" for sold_on, order in keys if order})
        rows = fetch(connection, _EVIDENCE, {"orders": orders, "platform": platform})
    return Claims(platform, month, publication, _summary(found), found, _numbered(found, rows))


def _check(connection: Connection, platform: str, month: str, as_of: date) -> None:
    known = {row[0]: row[1:] for row in connection.execute(_MONTHS)}
    if platform not in known:
        names = ", ".join(known) or "none"
        raise TieoutError(f"no settlement and no fee by contract of '{platform}' is published; there are: {names}")
    first, _ = known[platform]
    if not first <= month <= f"{as_of:%Y-%m}":
        raise TieoutError(f"{platform}'s charges are published from {first} to {as_of:%Y-%m}, not of {month}")


def _summary(found: Table) -> Table:
    """Count and sum the claims by code and currency."""
    names = ("code", "name_zh", "name", "currency")
    totals: dict[tuple[Any, ...], tuple[int, Decimal]] = {}
    for row in found.rows:
        key = tuple(row[found.columns.index(name)] for name in names)
        count, amount = totals.get(key, (0, Decimal(0)))
        totals[key] = (count + 1, amount + row[found.columns.index("claimed_amount")])
    return Table((*names, "claims", "claimed_amount"), [(*key, *total) for key, total in sorted(totals.items())])


def _numbered(found: Table, rows: Table) -> Table:
    """Put the claims' numbers before the rows of their orders."""
    numbers: dict[str, list[str]] = {}
    for number, order in zip(_column(found, "no"), _column(found, "order_id"), strict=True):
        numbers.setdefault(order, []).append(str(number))
    numbered = [(", ".join(numbers.get(row[0], [])), *row) for row in rows.rows]
    return Table(("claim", *rows.columns), numbered)


def _column(table: Table, name: str) -> list[Any]:
    place = table.columns.index(name)
    return [row[place] for row in table.rows]
