-- Grain: one row per settlement batch below zero that a credit is smaller by, with its transfer: part of a set that was
-- searched, or the one, or the only ones in a row, that are just what a credit with a name lacks.

with

searched as (

    select distinct
        sets.member_key as batch_key,
        matched.transfer_id
    from {{ ref("stg_matching__payout_sets") }} as sets
    inner join {{ ref("int_payouts_matched_to_bank_lines") }} as matched
        on sets.target_key = matched.bank_line_key
    where sets.outcome = 'taken'
        and sets.member_type = 'batch'

),

-- What all batches kept back of a shop come to, up to each: what some in a row come to is the difference of two of these.
kept_back as (

    select
        *,
        coalesce(shop_id, '') as shop,
        sum(batch_amount) over (
            partition by platform, coalesce(shop_id, ''), currency order by settled_on, batch_key
        ) as amount_to_here
    from {{ ref("int_batches_kept_back") }}
    where batch_key not in (select batch_key from searched)

),

runs as (

    select
        transfers.transfer_id,
        first_kept.platform,
        first_kept.shop,
        first_kept.currency,
        first_kept.amount_to_here as first_amount,
        last_kept.amount_to_here as last_amount,
        case when first_kept.batch_key = last_kept.batch_key then 1 else 2 end as choice
    from {{ ref("int_transfers_short") }} as transfers
    inner join kept_back as first_kept
        on transfers.platform = first_kept.platform
            and transfers.currency = first_kept.currency
            and transfers.credited_on between first_kept.settled_on and first_kept.last_on
    inner join kept_back as last_kept
        on first_kept.platform = last_kept.platform
            and first_kept.shop = last_kept.shop
            and first_kept.currency = last_kept.currency
            and transfers.gap_amount = last_kept.amount_to_here - first_kept.amount_to_here + first_kept.batch_amount
            and transfers.credited_on >= last_kept.settled_on
    where transfers.transfer_id not in (select transfer_id from searched)

),

chosen as (

    select
        *,
        min(choice) over (partition by transfer_id) as best_choice,
        count(*) over (partition by transfer_id, choice) as run_count
    from runs

),

-- All are below zero, so that the sums fall from one to the next.
lacking as (

    select
        kept_back.batch_key,
        chosen.transfer_id,
        chosen.run_count,
        count(*) over (partition by kept_back.batch_key) as transfer_count
    from chosen
    inner join kept_back
        on chosen.platform = kept_back.platform
            and chosen.shop = kept_back.shop
            and chosen.currency = kept_back.currency
            and kept_back.amount_to_here between chosen.last_amount and chosen.first_amount
    where chosen.choice = chosen.best_choice

)

select batch_key, transfer_id from searched
union all
select batch_key, transfer_id from lacking where transfer_count = 1 and run_count = 1
