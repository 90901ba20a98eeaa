-- Grain: one row per order with what its lines and promotions come to beside its header, and what that means. The one
-- place where the promotion leg decides about an order; the first rule that applies wins.

with

orders as (

    select
        orders.*,
        conventions.plain_basis,
        conventions.line_basis,
        conventions.discount_basis,
        conventions.subsidy_basis,
        case when conventions.has_discounts then list_amount - taken_off_amount + carriage_amount end as arithmetic_amount,
        case
            when line_count = 0 or (not is_paid and line_amount = 0) then null
            when taken_off_amount = 0 and carriage_amount = 0 then case when plain_basis is not null then list_amount end
            else {{ basis_amount("line_basis", line_bases()) }}
        end as lines_expected_amount,
        {{ basis_amount("discount_basis", discount_bases()) }} as promotions_discount_amount,
        {{ basis_amount("subsidy_basis", subsidy_bases()) }} as promotions_subsidy_amount,
        case when subsidy_row_basis is not null then subsidy_row_amount end as subsidy_rows_amount,
        (select count(*) from {{ ref("int_promotion_rules") }} where rule = 'exclusive_coupon') > 0 as is_exclusive
    from {{ ref("int_orders_with_promotions") }} as orders
    inner join {{ ref("int_promotion_conventions") }} as conventions
        on orders.platform = conventions.platform
            and orders.shop_key = conventions.shop_key

),

gaps as (

    select
        *,
        coalesce(buyer_paid_amount - arithmetic_amount, 0) as arithmetic_gap,
        coalesce(promotions_discount_amount - discount_amount, 0) as discount_gap,
        case when is_exclusive and full_reduction_amount > 0 then -exclusive_amount else 0 end as stacking_gap,
        coalesce(line_amount - lines_expected_amount, 0) as line_gap,
        case
            when promotions_subsidy_amount is null then 0
            when promotions_subsidy_amount <> stated_subsidy_amount
                then stated_subsidy_amount - promotions_subsidy_amount
            else coalesce(stated_subsidy_amount - subsidy_rows_amount, 0)
        end as subsidy_gap
    from orders

),

tolerated as (

    select
        *,
        case when abs(arithmetic_gap) + abs(discount_gap) + abs(line_gap) + abs(subsidy_gap) = 0 then 0 else
            {{ tolerance("promotions", "platform", "currency", "ordered_on") }}
        end as tolerance_amount
    from gaps

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
        end as reason
    from tolerated

),

coded as (

    select
        *,
        case
            when reason = 'lines_total' then 'OP07'
            when reason = 'bearer_share' then 'OP08'
            when reason is not null then 'OP09'
        end as code,
        case
            when reason is not null then null
            when line_count = 0 and coalesce(line_basis, plain_basis) is not null then 'no_lines'
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
