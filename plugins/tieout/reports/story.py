"""What happened to an order, in sentences: from the purchase to the bank, the warehouse and the books, by the clock."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from tieout.core.business_day import SHANGHAI
from tieout.reports.phrases import EVENTS, STATES, WORDS
from tieout.reports.table import Table, fetch
from tieout.warehouse import Connection

Language = Literal["zh", "en"]

_SOME_TIME = time(23, 59, 59, 999_999)
# Where a source knows the day only: told after what is known to have happened on it.


@dataclass(frozen=True)
class Step:
    """One event: when it happened (a day where the source knows no time), what, and where it is written."""

    at: str
    text: str
    place: str


@dataclass(frozen=True)
class Story:
    """The events by the clock, and for every row of them in which comparison it stands and what came of it."""

    steps: list[Step]
    verdicts: Table


_ORDER_TRANSACTIONS = """select t.*, m.match_rule from intermediate.int_channel_transactions as t
    inner join intermediate.int_transactions_matched_to_orders as m on t.transaction_key = m.transaction_key
    where m.payable_id in (select payable_id from intermediate.int_orders where order_key = any(%(orders)s))"""

# Money of a pooled wallet leaves it with the account's next payout.
_NEXT_PAYOUTS = """select distinct on (w.channel, w.account_id, w.line_id) p.payout_key
    from intermediate.int_wallet_lines as w
    inner join intermediate.int_wallet_lines as leaving on w.channel = leaving.channel
        and w.account_id = leaving.account_id and leaving.occurred_at >= w.occurred_at
    inner join intermediate.int_payouts as p on leaving.business_no = p.payout_id
    where w.business_no in (select transaction_id from transactions) and w.type in ('payment', 'refund')
    order by w.channel, w.account_id, w.line_id, leaving.occurred_at, p.payout_key"""

_QUERIES: dict[str, str] = {
    "order": """select o.ordered_at as at, o.platform, o.shop_id, o.order_id, o.currency, o.buyer_paid_amount,
        o.list_amount, o.discount_amount, o.freight_amount, o.source_row,
        (select string_agg(coalesce(l.product_name, l.sku) || ' ×' || trim_scale(l.quantity), '、' order by l.line_no)
         from intermediate.int_order_lines as l where l.platform || '|' || l.order_id = o.order_key) as goods
        from intermediate.int_orders as o where o.order_key = any(%(orders)s)""",
    "transaction": f"""with transactions as ({_ORDER_TRANSACTIONS})
        select occurred_at as at, channel, type, status, amount, currency, coalesce(fee_amount, 0) as fee_amount,
        transaction_id, coalesce(nullif(request_no, ''), '–') as request_no, source_row from transactions""",
    "movement": """select moved_at as at, type, sku, trim_scale(quantity) as quantity,
        coalesce(carrier, '') as carrier, coalesce(tracking_no, '–') as tracking_no, coalesce(status, '–') as status,
        case when stocked_at is null then '' else to_char(stocked_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') end
        as stocked_on, source_row
        from intermediate.int_stock_movements where platform || '|' || order_id = any(%(orders)s)""",
    "case": """select applied_at as at, after_sale_id, type, coalesce(reason, '–') as reason,
        coalesce(applied_amount, 0) as applied_amount, status, source_row
        from intermediate.int_after_sales where order_key = any(%(orders)s)""",
    "event": """select e.occurred_at as at, e.after_sale_id, e.event, e.actor, e.old_amount, e.new_amount, e.source_row
        from intermediate.int_after_sale_events as e
        inner join intermediate.int_after_sales as c on e.platform || '|' || e.after_sale_id = c.after_sale_key
        where c.order_key = any(%(orders)s) and e.event <> 'applied'""",
    "refund": """select refunded_at as at, refund_id, coalesce(after_sale_id, '–') as after_sale_id, amount, source_row
        from intermediate.int_refunds where order_key = any(%(orders)s)""",
    "ticket": """select opened_at as at, ticket_id, coalesce(topic, '–') as topic, promised_amount, source_row
        from intermediate.int_tickets where order_id in (
            select order_id from intermediate.int_orders where order_key = any(%(orders)s))""",
    "wallet": f"""with transactions as ({_ORDER_TRANSACTIONS})
        select occurred_at as at, channel, account_id, type, amount, balance_after, source_row
        from intermediate.int_wallet_lines where business_no in (select transaction_id from transactions)""",
    "settlement": """select settled_on as at, platform, batch_id, type, amount, source_row
        from intermediate.int_settlement_lines where platform || '|' || order_id = any(%(orders)s)""",
    "payout": """select p.made_on as at, p.platform, p.payout_id, p.amount, p.batch_id, p.source_row
        from marts.fct_payouts as p where p.payout_key = any(%(payouts)s)""",
    "pooled": f"""with transactions as ({_ORDER_TRANSACTIONS}), leaving as ({_NEXT_PAYOUTS})
        select distinct p.made_on as at, p.platform, p.payout_id, p.account_id, p.amount, p.source_row
        from marts.fct_payouts as p where payout_key in (select payout_key from leaving)""",
    "bank": f"""with transactions as ({_ORDER_TRANSACTIONS}), leaving as ({_NEXT_PAYOUTS})
        select b.booked_on as at, b.account_id, b.line_id, b.amount, coalesce(b.counterparty_name, '–') as payer,
        string_agg(m.payout_id, '、' order by m.payout_id) as payout_ids, b.source_row
        from intermediate.int_bank_lines as b
        inner join (
            select x.bank_line_key, p.payout_id, p.payout_key from intermediate.int_payouts_matched_to_bank_lines as x
            inner join intermediate.int_payouts as p on x.payout_key = p.payout_key
        ) as m on b.bank_line_key = m.bank_line_key
        where m.payout_key = any(%(payouts)s) or m.payout_key in (select payout_key from leaving)
        group by b.booked_on, b.account_id, b.line_id, b.amount, b.counterparty_name, b.source_row""",
    "document": """select document_on as at, document_id, type, amount, coalesce(voucher_no, '–') as voucher_no,
        source_row from intermediate.int_erp_documents where platform || '|' || order_id = any(%(orders)s)
        or platform || '|' || payout_id = any(%(payouts)s)""",
}

_PLACE = """select delivery_id, source || '/' || stream || '/' || file_name
    from staging.stg_landing__deliveries where delivery_id = any(%(deliveries)s)"""

_VERDICTS = """
    select l.name_zh, l.name_en, r.entity_id, r.state, r.reason, r.amount, r.currency
    from published.fct_reconciliation as r inner join staging.legs as l on r.leg = l.leg
    where r.source_row = any(%(rows)s)
    order by r.business_on, r.leg, r.side, r.entity_id
"""


def tell(connection: Connection, orders: list[str], payouts: list[str], language: Language) -> Story:
    """Tell what every system wrote of orders (`platform|order_id`) and payouts: a sentence an event, by the clock."""
    events: set[tuple[datetime, int, str, str]] = set()
    for rank, (kind, query) in enumerate(_QUERIES.items()):
        table = fetch(connection, query, {"orders": orders, "payouts": payouts})
        for row in table.rows:
            values = dict(zip(table.columns, row, strict=True))
            text = _sentence(kind, values, language)
            events.add((_instant(values["at"]), rank, text, str(values["source_row"])))
    rows = sorted({row for *_, row in events})
    deliveries = {"deliveries": sorted({row[:16] for row in rows})}
    places = dict(fetch(connection, _PLACE, deliveries).rows)
    steps = [
        Step(f"{at:%Y-%m-%d}" if at.time() == _SOME_TIME else f"{at:%Y-%m-%d %H:%M}", text, places[row[:16]] + row[16:])
        for at, _, text, row in sorted(events)
    ]
    return Story(steps, _verdicts(connection, rows, language))


def _verdicts(connection: Connection, rows: list[str], language: Language) -> Table:
    found = fetch(connection, _VERDICTS, {"rows": rows})
    outcomes = [
        (
            name_zh if language == "zh" else name_en, entity, f"{_money(amount)} {currency}", STATES[language][state],
            WORDS[language].get(reason or "", reason or ""),
        )
        for name_zh, name_en, entity, state, reason, amount, currency in found.rows
    ]  # fmt: skip
    return Table(tuple(WORDS[language]["verdicts"].split("|")), outcomes)


def _sentence(kind: str, values: dict[str, object], language: Language) -> str:
    phrases = EVENTS[language]
    template = phrases.get(f"{kind} {values.get('type') or values.get('event')}", phrases.get(kind, ""))
    words = WORDS[language]
    shown = {name: _shown(value, words) for name, value in values.items()}
    if kind == "transaction" and values["status"] != "success":
        template += words["status"]
    if kind == "movement" and values["stocked_on"]:
        template += words["stocked"]
    if kind == "event" and values["old_amount"] is not None and values["old_amount"] != values["new_amount"]:
        template += words["changed"]
    return template.format(**shown)


def _shown(value: object, words: dict[str, str]) -> str:
    if isinstance(value, Decimal):
        return _money(value)
    return words.get(str(value), "–" if value is None else str(value))


def _money(value: Decimal) -> str:
    whole, _, digits = f"{value:f}".partition(".")
    return f"{whole}.{digits.rstrip('0').ljust(2, '0')}"


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI)
    if isinstance(value, date):
        return datetime.combine(value, _SOME_TIME, SHANGHAI)
    raise TypeError(f"{value!r} is no time")
