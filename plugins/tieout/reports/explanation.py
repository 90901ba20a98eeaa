"""Everything about one order, refund, payout, bank line or exception, across all systems, with file and line."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tieout.core.business_day import SHANGHAI
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.reports import story
from tieout.reports.story import Language, Story
from tieout.reports.table import Table, fetch
from tieout.warehouse import Connection, connect


@dataclass
class Explanation:
    """What happened by the clock, what each comparison came to, and what every system says (no empty sections)."""

    identifier: str
    story: Story
    exceptions: Table
    sections: list[tuple[str, Table]] = field(default_factory=list)


_PLACE = """(
    select source || '/' || stream || '/' || file_name || ':' || substring(t.source_row, 18)
    from staging.stg_landing__deliveries as d where d.delivery_id = substring(t.source_row, 1, 16)
) as "file:line" """

_ORDERS = """
    select distinct order_key from intermediate.int_orders where order_id = %(id)s or merchant_order_no = %(id)s
    union select order_key from intermediate.int_after_sales where after_sale_id = %(id)s
    union select order_key from intermediate.int_refunds where refund_id = %(id)s
    union select o.order_key from intermediate.int_channel_transactions as t
        inner join intermediate.int_transactions_matched_to_orders as m on t.transaction_key = m.transaction_key
        inner join intermediate.int_orders as o on m.payable_id = o.payable_id
        where t.transaction_id = %(id)s or nullif(t.request_no, '') = %(id)s
"""

_PAYOUTS = """
    select payout_key from intermediate.int_payouts where payout_id = %(id)s or batch_id = %(id)s
    union select m.payout_key from intermediate.int_bank_lines as b
        inner join intermediate.int_payouts_matched_to_bank_lines as m on b.bank_line_key = m.bank_line_key
        where b.line_id = %(id)s or b.bank_line_key = %(id)s
    union select p.payout_key from intermediate.int_payouts as p
        inner join intermediate.int_settlement_lines as s on p.batch_key = s.batch_key
        where s.platform || '|' || s.order_id = any(%(orders)s)
"""

# (title, query); %(orders)s, %(payouts)s and %(id)s are what was found.
_SECTIONS = (
    ("Order 订单", """select platform, order_id, shop_id, status, ordered_at, paid_at, pay_channel, currency,
        buyer_paid_amount, merchant_order_no, {place} from intermediate.int_orders as t
        where order_key = any(%(orders)s) order by order_key"""),
    ("Lines 商品", """select order_id, line_no, sku, product_name, quantity, amount, {place}
        from intermediate.int_order_lines as t where platform || '|' || order_id = any(%(orders)s) order by 1, 2"""),
    ("Payments and refunds in channel bills 渠道流水", """select t.channel, t.account_id, t.type, t.transaction_id,
        t.request_no, t.status, t.currency, t.amount, t.occurred_at, m.match_rule, {place}
        from intermediate.int_channel_transactions as t
        left join intermediate.int_transactions_matched_to_orders as m on t.transaction_key = m.transaction_key
        where m.payable_id in (select payable_id from intermediate.int_orders where order_key = any(%(orders)s))
        or t.transaction_id = %(id)s order by t.occurred_at, t.transaction_key"""),
    ("After-sale cases 售后单", """select after_sale_id, order_id, type, status, reason, applied_at, applied_amount,
        approved_at, approved_amount, {place} from intermediate.int_after_sales as t
        where order_key = any(%(orders)s) order by applied_at, after_sale_key"""),
    ("Events 售后日志", """select after_sale_id, event_no, occurred_at, actor, event, old_amount, new_amount, {place}
        from intermediate.int_after_sale_events as t where platform || '|' || after_sale_id in (select after_sale_key
        from intermediate.int_after_sales where order_key = any(%(orders)s)) order by occurred_at, 1, 2"""),
    ("Refunds by the platform 平台退款", """select refund_id, after_sale_id, order_id, amount, refunded_at, {place}
        from intermediate.int_refunds as t where order_key = any(%(orders)s) order by refunded_at, refund_id"""),
    ("Wallet lines 钱包流水", """select t.channel, t.account_id, t.line_id, t.type, t.amount, t.balance_after,
        t.occurred_at, {place} from intermediate.int_wallet_lines as t where t.line_id = %(id)s or t.business_no in (
        select c.transaction_id from intermediate.int_channel_transactions as c
        inner join intermediate.int_transactions_matched_to_orders as m on c.transaction_key = m.transaction_key
        inner join intermediate.int_orders as o on m.payable_id = o.payable_id where o.order_key = any(%(orders)s))
        order by t.occurred_at, t.line_id"""),
    ("Settlement 平台结算", """select batch_id, line_id, order_id, refund_id, type, amount, settled_on, {place}
        from intermediate.int_settlement_lines as t where platform || '|' || order_id = any(%(orders)s)
        order by settled_on, settlement_line_key"""),
    ("Batch 结算批次", """select platform, batch_id, line_count, batch_amount, carried_in_amount, paid_out_amount,
        gap_amount, settled_on, {place} from marts.fct_settlement_batches as t where batch_key in
        (select batch_key from intermediate.int_payouts where payout_key = any(%(payouts)s)) order by batch_key"""),
    ("Payouts 提现", """select platform, payout_id, batch_id, amount, due_on, paid_on, bank_reference, status, {place}
        from intermediate.int_payouts as t where payout_key = any(%(payouts)s) order by paid_on, payout_key"""),
    ("Bank lines 银行流水", """select t.account_id, t.line_id, t.booked_on, t.amount, t.currency, t.counterparty_name,
        t.reference, t.remark, {place} from intermediate.int_bank_lines as t where t.line_id = %(id)s
        or t.bank_line_key = %(id)s or t.bank_line_key in (select bank_line_key
        from intermediate.int_payouts_matched_to_bank_lines where payout_key = any(%(payouts)s))
        order by t.booked_on, t.bank_line_key"""),
    ("Goods 出入库", """select movement_id, type, sku, quantity, tracking_no, moved_at, stocked_at, status, {place}
        from intermediate.int_stock_movements as t where platform || '|' || order_id = any(%(orders)s)
        order by moved_at, movement_id"""),
    ("Documents in the books 单据", """select document_id, type, amount, currency, document_on, voucher_no, {place}
        from intermediate.int_erp_documents as t where platform || '|' || order_id = any(%(orders)s)
        or payout_id in (select payout_id from intermediate.int_payouts where payout_key = any(%(payouts)s))
        order by document_on, document_id"""),
)  # fmt: skip

_EXCEPTIONS = """
    select code, status, severity, owner, due_on, currency, ours_amount, theirs_amount, difference_amount,
        explanation_zh, explanation_en, nearest_zh, nearest_en, ours_source, theirs_source, exception_id
    from (select * from published.exceptions union all select * from published.pending_items) as items
    where exception_id = %(id)s or platform || '|' || order_id = any(%(orders)s)
        or platform || '|' || payout_id = any(%(payouts)s)
        or %(id)s in (entity_id, order_id, refund_id, after_sale_id, payout_id, bank_line_id, batch_id)
    order by status, code, exception_id
"""

_NAMED_BY_EXCEPTION = """
    select unnest(array[order_id, refund_id, payout_id, bank_line_id, entity_id])
    from (select * from published.exceptions union all select * from published.pending_items) as items
    where exception_id = %s
"""


def explain(settings: Settings, identifier: str, language: Language = "zh") -> Explanation:
    """Collect what every system says of an id, the story in a language. Raises TieoutError when nothing is known."""
    with connect(settings) as connection:
        if connection.execute("select to_regclass('published.exceptions')").fetchone() == (None,):
            raise TieoutError("nothing has been published yet; run `tieout run --as-of DATE` first")
        named = [name for (name,) in connection.execute(_NAMED_BY_EXCEPTION, (identifier,)) if name]
        identifiers = named or [identifier]
        orders = _keys(connection, _ORDERS, identifiers, [])
        payouts = _keys(connection, _PAYOUTS, identifiers, orders)
        parameters = {"id": identifier, "orders": orders, "payouts": payouts}
        told = story.tell(connection, orders, payouts, language)
        found = Explanation(identifier, told, fetch(connection, _EXCEPTIONS, parameters))
        # An exception about one row of a file (a bank or wallet line) is found by that row's own id.
        parameters["id"] = identifiers[-1]
        for title, query in _SECTIONS:
            table = fetch(connection, query.replace("{place}", _PLACE), parameters)
            if table.rows:
                found.sections.append((title, _for_people(table)))
    if not (found.sections or found.exceptions.rows):
        raise TieoutError(f"no order, refund, transaction, payout, bank line or exception is known as '{identifier}'")
    return found


def _for_people(table: Table) -> Table:
    """Instants as Beijing time, amounts without the zeros that a wider column adds."""
    return Table(table.columns, [tuple(map(_cell_for_people, row)) for row in table.rows])


def _cell_for_people(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, Decimal):
        whole, _, digits = f"{cell:f}".partition(".")
        return f"{whole}.{digits.rstrip('0').ljust(2, '0')}" if digits else whole
    return cell


def _keys(connection: Connection, query: str, identifiers: list[str], orders: list[str]) -> list[str]:
    keys: set[str] = set()
    for identifier in identifiers:
        keys.update(key for (key,) in fetch(connection, query, {"id": identifier, "orders": orders}).rows)
    return sorted(keys)
