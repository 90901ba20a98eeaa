-- Grain: one row per order with what its lines, promotions and settled subsidies should come to, and the gaps between.

{{ config(meta={"partition_by": "order"}) }}

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
            when promotions_subsidy_amount <> stated_subsidy_amount
                then stated_subsidy_amount - promotions_subsidy_amount
            else coalesce(stated_subsidy_amount - subsidy_rows_amount, 0)
        end as subsidy_gap,
        -- Nothing billed, or taken back, is a promise that was not kept: the settlement's own matter.
        case
            when has_refunds or billed_amount = 0 then 0
            when stated_subsidy_amount in (billed_amount, billed_line_amount, billed_net_amount) then 0
            else billed_amount - stated_subsidy_amount
        end as bill_gap
    from orders

)

select * from gaps
