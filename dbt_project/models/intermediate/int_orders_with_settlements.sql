-- Grain: one row per order in a platform's settlements with what its lines come to, by kind, signed.

with

lines as (

    select
        coalesce(lines.platform || '|' || lines.order_id, refunds.order_key) as order_key,
        lines.type,
        lines.amount,
        lines.settled_on,
        lines.batch_key
    from {{ ref("int_settlement_lines") }} as lines
    left join {{ ref("int_refunds") }} as refunds
        on lines.order_id is null
            and lines.platform || '|' || lines.refund_id = refunds.refund_key

)

select
    order_key,
    count(*) as settlement_line_count,
    count(distinct batch_key) as batch_count,
    min(settled_on) as first_settled_on,
    max(settled_on) as last_settled_on,
    sum(amount) as settled_amount,
    sum(case when type = 'sale' then amount else 0 end) as settled_sale_amount,
    sum(case when type = 'subsidy' then amount else 0 end) as settled_subsidy_amount,
    sum(case when type = 'refund' then amount else 0 end) as settled_refund_amount,
    sum(case when type in ('commission', 'commission_reversal') then amount else 0 end) as commission_amount,
    sum(case when type in ('penalty', 'compensation') then amount else 0 end) as settled_penalty_amount,
    sum(case
        when type in ('sale', 'subsidy', 'refund', 'commission', 'commission_reversal', 'penalty', 'compensation') then 0
        else amount
    end) as platform_fee_amount
from lines
where order_key is not null
group by order_key
