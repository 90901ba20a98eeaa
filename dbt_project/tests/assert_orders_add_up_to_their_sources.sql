-- Returns the platform and amount in which the orders' facts come to something else than the sources' own rows.

with

facts as (

    select platform, 'buyer_paid' as measure, sum(buyer_paid_amount) as amount from {{ ref("fct_orders") }} group by platform
    union all
    select platform, 'lines', sum(lines_amount) from {{ ref("fct_orders") }} group by platform
    union all
    select platform, 'refunded', sum(refunded_amount) from {{ ref("fct_orders") }} group by platform
    union all
    select platform, 'settled', sum(settled_amount) from {{ ref("fct_orders") }} group by platform
    union all
    select
        platform, 'settled_by_kind',
        sum(settled_sale_amount + settled_subsidy_amount + settled_refund_amount + commission_amount
            + settled_penalty_amount + platform_fee_amount)
    from {{ ref("fct_orders") }} group by platform
    union all
    select
        'all', 'channels',
        sum(received_amount + channel_refund_amount + cashback_paid_amount + compensation_amount + channel_fee_amount)
    from {{ ref("fct_orders") }}

),

sources as (

    select platform, 'buyer_paid' as measure, sum(buyer_paid_amount) as amount from {{ ref("int_orders") }} group by platform

    union all

    select orders.platform, 'lines', sum(lines.amount)
    from {{ ref("int_order_lines") }} as lines
    inner join {{ ref("int_orders") }} as orders
        on lines.platform || '|' || lines.order_id = orders.order_key
    group by orders.platform

    union all

    select orders.platform, 'refunded', sum(refunds.amount)
    from {{ ref("int_refunds") }} as refunds
    inner join {{ ref("int_orders") }} as orders
        on refunds.order_key = orders.order_key
    group by orders.platform

    union all

    select lines.platform, kinds.measure, sum(lines.amount)
    from {{ ref("int_settlement_lines") }} as lines
    cross join (select 'settled' as measure union all select 'settled_by_kind') as kinds
    where lines.settlement_line_key in (
        select settlement_line_key from {{ ref("int_settlement_lines_linked") }} where order_key is not null
    )
    group by lines.platform, kinds.measure

    union all

    -- What the channels' matched rows come to; a fee stands in a row of its own or beside the payment.
    select 'all', 'channels', sum(
        case when transactions.type in ('payment', 'refund', 'cashback', 'compensation', 'fee', 'fee_reversal')
            then transactions.amount else 0
        end + coalesce(transactions.fee_amount, 0)
    )
    from {{ ref("int_channel_transactions") }} as transactions
    inner join {{ ref("int_transactions_matched_to_orders") }} as matched
        on transactions.transaction_key = matched.transaction_key
    inner join {{ ref("int_payables") }} as payables
        on matched.payable_id = payables.payable_id
            and transactions.currency = payables.currency
    where transactions.status = 'success'

)

select
    coalesce(facts.platform, sources.platform) as platform,
    coalesce(facts.measure, sources.measure) as measure,
    sum(facts.amount) as facts_amount,
    max(sources.amount) as sources_amount
from (select platform, measure, sum(amount) as amount from facts group by platform, measure) as facts
full outer join sources
    on facts.platform = sources.platform
        and facts.measure = sources.measure
group by 1, 2
having abs(coalesce(sum(facts.amount), 0) - coalesce(max(sources.amount), 0)) >= 0.005
