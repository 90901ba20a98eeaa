-- Grain: one row per payout as an event that needs a receipt once its money is in the bank.

with

payouts as (

    select
        *,
        case
            when is_returned then 'payout_returned'
            when status = 'pending' then 'payout_pending'
            when transfer_id is null and covered_from <= made_on then 'not_in_bank'
            when reversal_count > 0 then 'payout_returned'
        end as optional_reason
    from {{ ref("int_payouts_with_transfers") }}

)

select
    'receipt|' || payout_key as event_key,
    'receipt' as event_type,
    cast(null as varchar) as order_key,
    platform,
    cast(null as varchar) as shop_id,
    cast(null as varchar) as order_id,
    cast(null as varchar) as after_sale_id,
    cast(null as varchar) as refund_id,
    payout_id,
    batch_id,
    currency,
    -- One document may stand for payouts that came in one credit.
    coalesce(transfer_id, payout_key) as group_key,
    cast(null as varchar) as shipping,
    true as is_paid,
    coalesce(credited_on, made_on) as event_on,
    cast(null as date) as completed_on,
    optional_reason is null as is_required,
    optional_reason,
    amount as base_amount,
    cast(0 as numeric(18, 2)) as subsidy_amount,
    cast(0 as numeric(18, 2)) as freight_amount,
    cast(0 as numeric(18, 2)) as others_discount_amount,
    amount as list_amount,
    -- A receipt may be written with what the bank credited instead.
    case when payout_count = 1 then coalesce(credited_amount - amount, 0) else 0 end as allowance_amount,
    source_row
from payouts
