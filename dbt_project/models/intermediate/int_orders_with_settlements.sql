-- Grain: one row per order in a platform's settlements with what its lines come to, by kind, signed.

{{ config(meta={"partition_by": "order"}) }}

select
    order_key,
    count(*) as settlement_line_count,
    min(settled_on) as first_settled_on,
    max(settled_on) as last_settled_on,
    sum(amount) as settled_amount,
    sum(case when known_type = 'sale' then amount else 0 end) as settled_sale_amount,
    sum(case when known_type = 'subsidy' then amount else 0 end) as settled_subsidy_amount,
    sum(case when known_type = 'refund' then amount else 0 end) as settled_refund_amount,
    sum(case when known_type in ('commission', 'commission_reversal') then amount else 0 end) as commission_amount,
    sum(case when known_type in ('penalty', 'compensation') then amount else 0 end) as settled_penalty_amount,
    -- Every other kind, and words that are in no contract.
    sum(case
        when known_type in ('sale', 'subsidy', 'refund', 'commission', 'commission_reversal', 'penalty', 'compensation')
            then 0
        else amount
    end) as platform_fee_amount
from {{ ref("int_settlement_lines_linked") }}
where order_key is not null
group by order_key
