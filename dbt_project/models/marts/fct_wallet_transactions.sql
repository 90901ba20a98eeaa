-- Grain: one row per transaction number of a channel's bill, compared with the wallet lines that name it. A number is
-- missing only where nearly all others of its account and type are there: elsewhere the two sides are not of one kind.

with

transactions as (

    select
        transactions.*,
        case when bill_amount in (wallet_amount, same_type_amount) or wallet_amount = net_amount then cast(0 as numeric(18, 2)) else
            {{ tolerance("wallets", "transactions.channel", "transactions.currency", "transactions.occurred_on") }}
        end as tolerance_amount,
        case when found_share = 1 then 0 else coalesce(
            {{ setting("tolerances", "WALLET_FOUND_SHARE", "min_share", {"platform": "transactions.channel"}, "transactions.occurred_on") }},
            0
        ) end as enough_share
    from {{ ref("int_transactions_with_wallet_lines") }} as transactions

),

-- Lines that a jump of the balance says are lost are not missed a second time.
broken_days as (

    select distinct
        channel,
        account_id,
        occurred_on
    from {{ ref("fct_wallet_lines") }}
    where code is not null

),

broken as (

    select distinct
        transactions.channel,
        transactions.account_id,
        transactions.transaction_id
    from transactions
    inner join broken_days
        on transactions.channel = broken_days.channel
            and coalesce(transactions.account_id, transactions.wallet_account_id) = broken_days.account_id
            and broken_days.occurred_on between transactions.first_on and {{ add_days("transactions.occurred_on", 1) }}

),

-- What another leg already reports about the payment is not reported again.
reported as (

    select channel, transaction_id
    from {{ ref("fct_payments") }}
    where state = 'exception'

),

decided as (

    select
        transactions.*,
        broken.transaction_id is not null or reported.transaction_id is not null as is_explained,
        found_share < enough_share as is_of_another_kind,
        case
            when not is_in_wallet then 'missing'
            when abs(same_type_amount - bill_amount) > tolerance_amount
                and abs(principal_amount - bill_amount) > tolerance_amount
                and abs(wallet_amount - net_amount) > tolerance_amount then 'amount'
        end as reason
    from transactions
    left join broken
        on transactions.channel = broken.channel
            and coalesce(transactions.account_id, '') = coalesce(broken.account_id, '')
            and transactions.transaction_id = broken.transaction_id
    left join reported
        on transactions.channel = reported.channel
            and transactions.transaction_id = reported.transaction_id

),

explained as (

    select
        *,
        case
            when is_of_another_kind then 'no_counterpart_source'
            when reason is not null and is_explained then 'follows_from_another_break'
        end as excluded_reason
    from decided

)

select
    *,
    case when excluded_reason is null and reason is not null then 'ST09' end as code,
    case
        when excluded_reason is not null then 'excluded'
        when reason is null then 'matched'
        else 'exception'
    end as state
from explained
