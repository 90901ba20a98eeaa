-- Grain: one row per transaction number of a channel's bill, compared with the wallet lines that name it. A number is
-- missing only where nearly all of its account's others are there: elsewhere the two sides are not of one kind.

with

bill as (

    select
        channel,
        account_id,
        transaction_id,
        min(currency) as currency,
        sum(amount) as bill_amount,
        sum(amount + coalesce(fee_amount, 0)) as net_amount,
        min(occurred_on) as first_on,
        max(occurred_on) as occurred_on,
        min(source_row) as source_row
    from {{ ref("int_channel_transactions") }}
    where status = 'success'
    group by channel, account_id, transaction_id

),

wallet as (

    select
        channel,
        transaction_id,
        sum(amount) as wallet_amount,
        -- Platforms book further charges of a trade under its number, which no bill of the channel has.
        sum(case when type in ('fee', 'fee_reversal', 'refund_return') then 0 else amount end) as principal_amount,
        min(account_id) as wallet_account_id,
        min(source_row) as wallet_source_row
    from {{ ref("int_wallet_lines_matched_to_transactions") }}
    group by channel, transaction_id

),

compared as (

    select
        bill.*,
        wallet.wallet_amount,
        wallet.principal_amount,
        wallet.wallet_source_row,
        wallet.transaction_id is not null as is_in_wallet,
        avg(case when wallet.transaction_id is null then 0.0 else 1.0 end)
            over (partition by bill.channel, bill.account_id) as found_share,
        max(wallet.wallet_account_id) over (partition by bill.channel, bill.account_id) as wallet_account_id,
        {{ tolerance("wallets", "bill.channel", "bill.currency", "bill.occurred_on") }} as tolerance_amount
    from bill
    left join wallet
        on bill.channel = wallet.channel
            and bill.transaction_id = wallet.transaction_id

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
        bill.channel,
        bill.account_id,
        bill.transaction_id
    from bill
    inner join broken_days
        on bill.channel = broken_days.channel
            and bill.account_id = broken_days.account_id
            and broken_days.occurred_on between bill.first_on and {{ add_days("bill.occurred_on", 1) }}

),

-- What another leg already reports about the payment is not reported again.
reported as (

    select
        channel,
        transaction_id
    from {{ ref("fct_payments") }}
    where state = 'exception'

),

decided as (

    select
        compared.*,
        broken.transaction_id is not null or reported.transaction_id is not null as is_explained,
        case
            when found_share < {{ setting("tolerances", "WALLET_FOUND_SHARE", "min_share", {"platform": "compared.channel"}, "compared.occurred_on") }}
                then 'no_counterpart_source'
        end as excluded_reason,
        case
            when not is_in_wallet then 'missing'
            when abs(principal_amount - bill_amount) > tolerance_amount
                and abs(wallet_amount - net_amount) > tolerance_amount then 'amount'
        end as reason
    from compared
    left join broken
        on compared.channel = broken.channel
            and compared.account_id = broken.account_id
            and compared.transaction_id = broken.transaction_id
    left join reported
        on compared.channel = reported.channel
            and compared.transaction_id = reported.transaction_id

)

select
    *,
    case when excluded_reason is null and reason is not null and not is_explained then 'ST09' end as code,
    case
        when excluded_reason is not null then 'excluded'
        when reason is null then 'matched'
        when is_explained then 'excluded'
        else 'exception'
    end as state
from decided
