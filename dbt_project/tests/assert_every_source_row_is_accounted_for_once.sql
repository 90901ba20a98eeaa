-- Returns the leg, side, account and business day on which the reconciliation has other rows, or another amount, than
-- the source: then a row is missing, doubled or changed. Also rows that ended in no state, or were left out without a
-- reason.

with

sources as (

    select
        'payments' as leg, 'ours' as side, platform as account,
        coalesce(case when is_paid then paid_on end, ordered_on) as business_on, owed_amount as amount
    from {{ ref("int_orders") }}

    union all

    select
        case type when 'payment' then 'payments' else 'refunds' end, 'theirs',
        channel || '|' || coalesce(account_id, ''), occurred_on, amount
    from {{ ref("int_channel_transactions") }}
    where type in ('payment', 'refund')

    union all

    select 'refunds', 'ours', platform, refunded_on, -amount
    from {{ ref("int_refunds") }}

    union all

    select 'after_sales', 'ours', platform, {{ business_date('applied_at') }}, -coalesce(applied_amount, 0)
    from {{ ref("int_after_sales") }}

    union all

    select 'after_sales', 'theirs', channel || '|' || coalesce(account_id, ''), occurred_on, amount
    from {{ ref("int_channel_transactions") }}
    where type = 'compensation'

    union all

    -- Goods have no amount of money of their own.
    select 'after_sales', 'theirs', '|', {{ business_date('moved_at') }}, 0
    from {{ ref("int_stock_movements") }}

    union all

    -- A wallet knows transaction numbers: a trade's receipt, refunds and fees share one.
    select 'wallets', 'ours', channel || '|' || coalesce(account_id, ''), max(occurred_on), sum(amount)
    from {{ ref("int_transactions_numbered") }}
    group by channel, account_id, transaction_no

    union all

    select 'wallets', 'theirs', channel || '|' || account_id, occurred_on, amount
    from {{ ref("int_wallet_lines") }}

    union all

    select 'batches', 'ours', platform, settled_on, amount
    from {{ ref("int_settlement_lines") }}

    union all

    select 'settlements', 'theirs', platform, settled_on, amount
    from {{ ref("int_settlement_lines") }}

    union all

    -- What a channel keeps of a transaction, and the fees that it bills by themselves.
    select
        'settlements', 'theirs', channel || '|' || coalesce(account_id, ''), occurred_on,
        coalesce(fee_amount, 0) + case when type in ('fee', 'fee_reversal') then amount else 0 end
    from {{ ref("int_channel_transactions") }}
    where status = 'success'
        and (type in ('payment', 'refund', 'fee', 'fee_reversal') or fee_amount <> 0)

    union all

    select 'settlements', 'ours', platform, coalesce(case when is_paid then paid_on end, ordered_on), owed_amount
    from {{ ref("int_orders") }}

    union all

    select 'payouts', 'ours', platform, coalesce(paid_on, due_on, {{ as_of() }}), amount
    from {{ ref("int_payouts") }}

    union all

    select 'payouts', 'theirs', '|' || account_id, booked_on, amount
    from {{ ref("int_bank_lines") }}

    union all

    select 'promotions', 'ours', platform, ordered_on, buyer_paid_amount
    from {{ ref("int_orders") }}

    union all

    select 'promotions', 'theirs', '|', orders.ordered_on, details.amount
    from (
        select platform, order_id, amount from {{ ref("int_order_lines") }}
        union all
        select platform, order_id, -amount from {{ ref("int_order_promotions") }}
    ) as details
    inner join {{ ref("int_orders") }} as orders
        on details.platform = orders.platform
            and details.order_id = orders.order_id

    union all

    select 'promotions', 'theirs', '|', business_on, amount
    from {{ ref("int_order_details") }}
    where order_key is null

    union all

    select 'promotions', 'theirs', channel || '|' || coalesce(account_id, ''), occurred_on, amount
    from {{ ref("int_channel_transactions") }}
    where type = 'cashback'

    union all

    select 'risk', 'ours', platform, coalesce(paid_on, ordered_on), owed_amount
    from {{ ref("int_orders") }}
    where is_paid

    union all

    -- Summed by case: one refunded in parts is one suspicion.
    select 'risk', 'theirs', '|', max(refunds.refunded_on), -sum(refunds.amount)
    from {{ ref("int_refunds") }} as refunds
    inner join {{ ref("int_after_sales") }} as cases
        on refunds.after_sale_key = cases.after_sale_key
    inner join {{ ref("int_orders") }} as orders
        on cases.order_key = orders.order_key
    where cases.type = 'refund_only'
    group by refunds.after_sale_key

    union all

    select 'books', 'ours', platform, coalesce(case when is_paid then paid_on end, ordered_on), owed_amount
    from {{ ref("int_orders") }}

    union all

    select 'books', 'ours', platform, refunded_on, -amount
    from {{ ref("int_refunds") }}

    union all

    select 'books', 'ours', platform, coalesce(paid_on, due_on, {{ as_of() }}), amount
    from {{ ref("int_payouts") }}

    union all

    select 'books', 'theirs', '|', document_on, case type when 'sale_return' then -amount else amount end
    from {{ ref("int_erp_documents") }}

    union all

    select 'ledger', 'ours', '', document_on, amount
    from {{ ref("int_erp_documents") }}

    union all

    select 'ledger', 'theirs', '|', booked_on, coalesce(debit_amount, 0) - coalesce(credit_amount, 0)
    from {{ ref("int_ledger_lines") }}

),

expected as (

    select
        leg, side, account, business_on,
        count(*) as row_count,
        sum(cast(amount as numeric(18, 2))) as amount
    from sources
    group by leg, side, account, business_on

),

accounted as (

    select
        leg,
        side,
        case
            when leg = 'settlements' and channel is null or (side = 'ours' and leg <> 'wallets') then coalesce(platform, '')
            else coalesce(channel, '') || '|' || coalesce(account_id, '')
        end as account,
        business_on,
        count(*) as row_count,
        sum(amount) as amount,
        sum(case
            when state in ('matched', 'pending', 'exception') then 0
            when state = 'excluded' and reason is not null then 0
            else 1
        end) as stateless_count
    from {{ ref("fct_reconciliation") }}
    group by 1, 2, 3, 4

)

select
    coalesce(expected.leg, accounted.leg) as leg,
    coalesce(expected.side, accounted.side) as side,
    coalesce(expected.account, accounted.account) as account,
    coalesce(expected.business_on, accounted.business_on) as business_on,
    expected.row_count as expected_count,
    accounted.row_count as accounted_count,
    expected.amount as expected_amount,
    accounted.amount as accounted_amount,
    accounted.stateless_count
from expected
full outer join accounted
    on expected.leg = accounted.leg
        and expected.side = accounted.side
        and expected.account = accounted.account
        and expected.business_on = accounted.business_on
where expected.leg is null
    or accounted.leg is null
    or expected.row_count <> accounted.row_count
    or expected.amount is distinct from accounted.amount
    or accounted.stateless_count > 0
