"""Order, refund, settlement and bank legs in hand-written SQL for DuckDB: landed Parquet to facts and exceptions.

`python -m bench.handwritten_duckdb STREAMS.json AS_OF OUT`: the practical limit of these joins, groups and writes on a
machine. Like `bench.analyst_pandas` it relies on the conventions of `bench.month`; nothing is proved or explained.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from bench.side import Streams, report

_SOURCES = {
    "orders": "platform, order_id, merchant_order_no, buyer_paid_amount::decimal(18, 2) as owed,"
    " coalesce(subsidy_amount::decimal(18, 2), 0) as subsidy, left(paid_at, 10)::date as paid_on,"
    " left(completed_at, 10)::date as completed_on",
    "channel_transactions": "transaction_id, type, request_no, merchant_order_no, amount::decimal(18, 2) as amount",
    "refunds": "platform, refund_id, order_id, amount::decimal(18, 2) as amount,"
    " left(refunded_at, 10)::date as refunded_on",
    "after_sales": "platform, after_sale_id, order_id",
    "settlement_lines": "platform, line_id, order_id, refund_id, type, amount::decimal(18, 2) as amount",
    "payouts": "platform, payout_id, bank_reference, due_on::date as due_on, amount::decimal(18, 2) as amount",
    "bank_lines": "line_id, reference, amount::decimal(18, 2) as amount",
    "contracts": "platform, commission_rate::decimal(9, 4) as commission_rate, channel_fee_rate::decimal(9, 4) as"
    " channel_fee_rate, commission_returned_on_refund = 'true' as is_returned, settle_days::int as settle_days",
}
_KEYS = {
    "orders": "platform, order_id",
    "channel_transactions": "channel, transaction_id, type, request_no",
    "refunds": "platform, refund_id",
    "after_sales": "platform, after_sale_id",
    "settlement_lines": "platform, batch_id, line_id",
    "payouts": "platform, payout_id",
    "bank_lines": "account_id, line_id",
    "contracts": "platform",
}
_ONLY_SUCCESSFUL = {"channel_transactions": "where coalesce(status, 'success') = 'success'"}

# The last delivery of a key wins; deliveries are numbered in their order.
_LATEST = """
create table {name} as
select {columns}
from (
    select * from (
        select landed.*, deliveries.place
        from read_parquet($files, filename = true) as landed
        join deliveries on landed.filename = deliveries.filename
    ) {successful}
    qualify row_number() over (partition by {key} order by place desc, line_number desc) = 1
)
"""

_FACTS = {
    "fct_payments": """
with due as (
    select merchant_order_no, min(order_id) as order_id, min(paid_on) as paid_on,
        sum(case when paid_on is null then 0 else owed end) as owed
    from orders where merchant_order_no is not null group by all
), paid as (
    select merchant_order_no, min(transaction_id) as transaction_id, sum(amount) as received, count(*) as payments,
        min(amount) as smallest
    from channel_transactions where type = 'payment' and merchant_order_no is not null group by all
), unnamed as (
    select transaction_id, amount from channel_transactions where type = 'payment' and merchant_order_no is null
)
select due.order_id, paid.transaction_id, due.paid_on, due.owed, paid.payments, paid.smallest, paid.received,
    coalesce(paid.received, 0) - coalesce(due.owed, 0) as gap,
    case when due.order_id is null then 'OP02'
        when due.paid_on is null and paid.received > 0.01 then 'OP04'
        when due.paid_on is null then null
        when paid.payments is null then case when due.paid_on + 2 < $as_of then 'OP01' end
        when gap > 0.01 and payments > 1 and received - smallest >= owed - 0.01 then 'OP05'
        when abs(gap) > 0.01 then 'OP03' end as code,
    case when code = 'OP02' then paid.transaction_id else due.order_id end as entity_id
from due full join paid using (merchant_order_no)
union all
select null, transaction_id, null, null, 1, amount, amount, amount, 'OP02', transaction_id from unnamed""",
    "fct_refunds": """
with outflows as (
    select request_no, min(transaction_id) as transaction_id, min(merchant_order_no) as merchant_order_no,
        -sum(amount) as sent, count(*) as outflows
    from channel_transactions where type = 'refund' group by all
), channel_refunds as (
    select refunds.* from refunds join orders using (platform, order_id) where orders.merchant_order_no is not null
)
select channel_refunds.refund_id, transaction_id, refunded_on, amount, sent,
    coalesce(sent, 0) - coalesce(amount, 0) as gap,
    case when channel_refunds.refund_id is null then 'RF02'
        when sent is null then case when refunded_on + 3 < $as_of then 'RF01' end
        when outflows > 1 and gap > 0 then 'RF05'
        when gap <> 0 then 'RF03' end as code,
    case when code = 'RF02' then transaction_id else channel_refunds.refund_id end as entity_id
from channel_refunds full join outflows on channel_refunds.refund_id = outflows.request_no
where channel_refunds.refund_id is not null or not exists (
    select 1 from orders join after_sales using (platform, order_id)
    where orders.merchant_order_no = outflows.merchant_order_no)""",
    "fct_settlement_lines": """
select lines.*,
    case when type not in ('sale', 'subsidy', 'commission', 'channel_fee', 'refund', 'commission_reversal') then 'ST05'
        when orders.order_id is null then 'ST02'
        when row_number() over alike > 1 then 'ST06' end as code,
    line_id as entity_id, amount as gap
from settlement_lines as lines left join orders using (platform, order_id)
window alike as (partition by lines.platform, lines.order_id, refund_id, type, amount order by line_id)""",
    "fct_settlements": """
with settled as (
    select platform, order_id, min(case when type = 'commission' then line_id end) as commission_line,
        sum(case when type = 'sale' then amount end) as sale,
        -sum(case when type = 'commission' then amount end) as commission,
        sum(case when type = 'commission_reversal' then amount end) as reversed,
        sum(case when type = 'refund' then amount end) as refunded
    from fct_settlement_lines where code is null group by all
), due as (
    select orders.*, is_returned, commission_rate, completed_on + settle_days as due_on,
        round(owed * commission_rate, 2) as charged, round(owed * channel_fee_rate, 2) as fee
    from orders join contracts using (platform) where completed_on is not null and paid_on is not null
)
select due.order_id, settled.* exclude (platform, order_id), due.* exclude (order_id),
    case when sale is null then case when due_on < $as_of then 'ST01' end
        when sale <> owed then 'ST03'
        when commission <> charged then 'ST04' end as code,
    case when code = 'ST04' then commission_line else due.order_id end as entity_id,
    case code when 'ST01' then owed + subsidy - charged - fee when 'ST03' then sale - owed
        else commission - charged end as gap
from due left join settled using (platform, order_id)""",
    "fct_settled_refunds": """
select refund_id as entity_id, amount, round(amount * commission_rate, 2) - coalesce(reversed, 0) as missing,
    case when missing <> 0 then 'RF13' end as code, missing as gap
from refunds join (select * exclude (gap, code, entity_id) from fct_settlements) using (platform, order_id)
where is_returned and refunded < 0""",
    "fct_payouts": """
with credits as (select * from bank_lines where amount > 0)
select payout_id, line_id, due_on, payouts.amount, credits.amount as credited,
    case when payout_id is null then credits.amount when credits.amount is null then payouts.amount
        else credits.amount - payouts.amount end as gap,
    case when payout_id is null then 'BK02'
        when line_id is null then case when due_on < $as_of then 'BK01' end
        when gap <> 0 then 'BK03' end as code,
    case when code = 'BK02' then line_id else payout_id end as entity_id
from payouts full join credits on payouts.bank_reference = credits.reference""",
}


def find(streams: Streams, as_of: date, out: Path) -> Iterable[tuple[str, str, int]]:
    """Give the open exceptions as of a day (code, entity_id, fen); write facts and exceptions into a folder."""
    connection = duckdb.connect()
    connection.execute(f"set temp_directory = '{out}'; set enable_progress_bar = false")
    numbered = [f"('{path}', {place})" for paths in streams.values() for place, path in enumerate(paths)]
    connection.execute(f"create table deliveries as from (values {', '.join(numbered)}) as landed (filename, place)")
    for name, columns in _SOURCES.items():
        files = "[" + ", ".join(f"'{path}'" for path in streams[name]) + "]"
        successful = _ONLY_SUCCESSFUL.get(name, "")
        latest = _LATEST.format(name=name, columns=columns, key=_KEYS[name], successful=successful)
        connection.execute(latest.replace("$files", files))
    for name, select in _FACTS.items():
        connection.execute(f"create table {name} as " + select.replace("$as_of", f"date '{as_of}'"))
        connection.execute(f"copy {name} to '{out}/{name}.parquet'")
    united = " union all ".join(
        f"select code, entity_id, abs(gap * 100)::bigint as fen from {name} where code is not null" for name in _FACTS
    )
    connection.execute(f"copy ({united}) to '{out}/exceptions.parquet'")
    return connection.execute(united).fetchall()


if __name__ == "__main__":
    report(find)
