-- Grain: one row per settlement batch with the payouts made for it. A batch's lines and what was carried into it are
-- paid out in full; a batch that comes to nothing or less is carried on.

with

compared as (

    select
        batches.*,
        netted.transfer_id
    from {{ ref("int_batches_with_payouts") }} as batches
    left join {{ ref("int_batches_netted") }} as netted
        on batches.batch_key = netted.batch_key

),

-- A batch below zero may be kept back without a word from the shop's next payout or, where that carries it neither, from
-- a later one. It explains one gap.
kept_silently as (

    select
        paid.batch_key,
        row_number() over (partition by unpaid.batch_key order by paid.settled_on, paid.batch_key) as place
    from compared as unpaid
    inner join compared as paid
        on unpaid.platform = paid.platform
            and coalesce(unpaid.shop_id, '') = coalesce(paid.shop_id, '')
            and unpaid.currency = paid.currency
            and unpaid.batch_amount = paid.gap_amount
    left join {{ ref("int_batches_kept_back") }} as kept_back
        on unpaid.batch_key = kept_back.batch_key
    where unpaid.payout_key is null
        and unpaid.transfer_id is null
        and unpaid.batch_amount < 0
        and paid.carried_in_amount = 0
        and (paid.settled_on = unpaid.next_paid_on or paid.settled_on between kept_back.settled_on and kept_back.last_on)

)

select
    {% for column in [
        "batch_key", "platform", "batch_id", "shop_id", "currency", "batch_amount", "settled_on", "line_count",
        "source_row", "payout_key", "transfer_id", "paid_on", "payout_count", "paid_out_amount", "carried_in_amount",
        "gap_amount"
    ] -%}
    {{ column }},
    {% endfor -%}
    case
        when payout_key is null or gap_amount = 0 then null
        when batch_key in (select batch_key from kept_silently where place = 1) then null
        when abs(gap_amount) <= {{ tolerance("batches", "compared.platform", "compared.currency", "compared.settled_on") }}
            then null
        else 'BK03'
    end as code,
    case
        when transfer_id is not null then null
        when payout_key is null and batch_amount <= 0 then 'negative_carry'
        when payout_key is null then 'not_paid_out_yet'
    end as pending_reason
from compared
