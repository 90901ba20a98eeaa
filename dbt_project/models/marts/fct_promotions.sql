-- Grain: one row per order with what its lines and promotions come to beside its header, and what that means. The one
-- place where the promotion leg decides about an order; the first rule that applies wins.

{{ config(meta={"partition_by": "order"}) }}

with

tolerated as (

    select
        *,
        case when abs(arithmetic_gap) + abs(discount_gap) + abs(line_gap) + abs(subsidy_gap) + abs(bill_gap) = 0
            then cast(0 as numeric(18, 2))
            else
                {{ tolerance("promotions", "platform", "currency", "ordered_on") }}
        end as tolerance_amount
    from {{ ref("int_promotions_compared") }}

),

decided as (

    select
        *,
        case
            when abs(arithmetic_gap) > tolerance_amount then 'arithmetic'
            when abs(discount_gap) > tolerance_amount then 'promotions_total'
            when stacking_gap <> 0 then 'exclusive_coupon'
            when abs(line_gap) > tolerance_amount then 'lines_total'
            when abs(subsidy_gap) > tolerance_amount then 'bearer_share'
            when abs(bill_gap) > tolerance_amount then 'bill_share'
        end as reason
    from tolerated

),

coded as (

    select
        *,
        case
            when reason = 'lines_total' then 'OP07'
            when reason in ('bearer_share', 'bill_share') then 'OP08'
            when reason is not null then 'OP09'
        end as code,
        case
            when reason is not null then null
            when line_count = 0 and coalesce(line_basis, plain_basis) is not null then 'no_lines'
            when arithmetic_amount is null and lines_expected_amount is null and not is_paid then 'not_paid'
            when arithmetic_amount is null and lines_expected_amount is null then 'no_prevailing_basis'
        end as excluded_reason
    from decided

)

select
    *,
    case
        when code is not null then 'exception'
        when excluded_reason is not null then 'excluded'
        else 'matched'
    end as state
from coded
