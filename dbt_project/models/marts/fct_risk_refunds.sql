-- Grain: one row per refund-only case that was refunded, with what is known of its goods and what that means. The one
-- place where the risk leg decides about a case; a buyer's own exception (RK01) holds his cases.

with

cases as (

    select
        cases.*,
        buyers.code as buyer_code,
        buyers.buyer_key,
        -- Freight may stay with the merchant.
        cases.order_refund_amount >= cases.paid_amount - cases.freight_amount and cases.paid_amount > 0 as is_full
    from {{ ref("int_cases_refunded_only") }} as cases
    left join {{ ref("fct_risk_buyers") }} as buyers
        on cases.platform = buyers.platform
            and cases.buyer_id = buyers.buyer_id
            and cases.is_sent
            and not cases.is_lost
            and not cases.is_returned

),

decided as (

    select
        *,
        case
            when buyer_code is not null then null
            when is_full
                and is_delivered
                and stated_reason is null
                and not (has_ticket or is_returned or is_resent or is_lost) then 'RK03'
        end as code
    from cases

)

select
    *,
    case when code is not null or buyer_code is not null then 'exception' else 'matched' end as state
from decided
