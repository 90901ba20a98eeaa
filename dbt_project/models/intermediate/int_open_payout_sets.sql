-- Grain: one row per payout or bank line that sets explain of which none is certain, with what they hold; for a payout
-- also the credit that it may be part of. Sets that are mere chance say something of the credit and nothing of payouts.

with

matched as (

    select payout_key as key from {{ ref("int_payouts_matched_to_bank_lines") }}
    union
    select bank_line_key from {{ ref("int_payouts_matched_to_bank_lines") }}

),

names as (

    select payout_key as key, payout_id as name from {{ ref("int_payouts") }}
    union all
    select bank_line_key, line_id from {{ ref("int_bank_lines") }}
    union all
    select batch_key, batch_key from {{ ref("int_batches_kept_back") }}

),

open_sets as (

    select
        sets.*,
        targets.name as target_name,
        members.name as member_name
    from {{ ref("stg_matching__payout_sets") }} as sets
    inner join names as targets
        on sets.target_key = targets.key
    inner join names as members
        on sets.member_key = members.key
    left join matched
        on sets.target_key = matched.key
    where sets.outcome <> 'taken'
        and matched.key is null

),

set_texts as (

    select
        target_key,
        set_number,
        {{ joined("member_name", " + ", "member_name") }} as members
    from open_sets
    group by target_key, set_number

),

entities as (

    select
        target_key as entity_key,
        1 as place,
        {{ joined("members", "; ", "set_number") }} as candidates,
        cast(null as text) as bank_line_key
    from set_texts
    group by target_key

    union all

    select
        member_key,
        2,
        {{ joined("distinct target_name", "; ", "target_name") }},
        min(case when target_type = 'bank_line' then target_key end)
    from open_sets
    where outcome <> 'chance'
        and member_type <> 'batch'
    group by member_key

)

select
    entity_key,
    coalesce(max(case when place = 1 then candidates end), max(candidates)) as candidates,
    max(bank_line_key) as bank_line_key
from entities
group by entity_key
