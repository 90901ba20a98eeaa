{% set columns = [
    "platform", "payout_id", "account_id", "batch_id", "amount", "carried_in_amount", "currency",
    "due_on", "paid_on", "bank_account_id", "bank_reference", "status"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__payouts"), ref("stg_alipay__payouts"), ref("stg_wechat__payouts")]) }}

),

-- The wallet shows a withdrawal that came back, also where the payout itself still says paid.
came_back as (

    select
        business_no as payout_id
    from {{ ref("int_wallet_lines") }}
    where type not in ('fee', 'fee_reversal')
        and business_no is not null
    group by business_no
    having sum(amount) = 0
        and min(amount) < 0

),

dated as (

    select
        united.platform,
        united.payout_id,
        coalesce(united.account_id, wechat.account_id) as account_id,
        {{ columns[3:-1] | join(", ") }},
        case when came_back.payout_id is not null then 'returned' else coalesce(united.status, 'paid') end as status,
        source_row,
        platform || '|' || united.payout_id as payout_key,
        platform || '|' || batch_id as batch_key
    from united
    left join {{ ref("int_wechat_accounts") }} as wechat
        on substring(united.source_row, 1, 16) = wechat.delivery_id
    left join came_back
        on united.payout_id = came_back.payout_id
    where coalesce(paid_on, {{ as_of() }}) <= {{ as_of() }}

)

-- A returned payout is replaced when the same amount of the same batch was paid again.
select
    dated.*,
    dated.status = 'returned' and exists (
        select 1
        from dated as again
        where again.batch_key = dated.batch_key
            and again.amount = dated.amount
            and again.payout_key <> dated.payout_key
            and again.status <> 'returned'
            and coalesce(again.paid_on >= dated.paid_on, true)
    ) as is_replaced
from dated
