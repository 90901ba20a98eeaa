-- Grain: one row per platform refund that belongs to an after-sale case: it names the case, or names none and is of the
-- order's only case that can be refunded.

with

cases as (

    select * from {{ ref("int_after_sales") }}

),

only_cases as (

    select
        order_key,
        min(after_sale_key) as after_sale_key
    from cases
    where type in ('refund_only', 'return_refund', 'compensation')
        and status not in ('rejected', 'cancelled')
    group by order_key
    having count(*) = 1

)

select
    refunds.*,
    coalesce(cases.after_sale_key, only_cases.after_sale_key) as case_key
from {{ ref("int_refunds") }} as refunds
left join cases
    on refunds.after_sale_key = cases.after_sale_key
left join only_cases
    on refunds.order_key = only_cases.order_key
        and refunds.after_sale_key is null
where coalesce(cases.after_sale_key, only_cases.after_sale_key) is not null
