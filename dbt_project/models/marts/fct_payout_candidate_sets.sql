-- Grain: one row per payout or bank line whose explanation is not certain, set of things that come to its amount, and
-- member of the set. At most three sets are kept; people decide which it is.

with

members as (

    select payout_key as key, payout_id as id, amount, currency, coalesce(paid_on, due_on) as happened_on, source_row
    from {{ ref("int_payouts") }}

    union all

    select bank_line_key, line_id, amount, currency, booked_on, source_row
    from {{ ref("int_bank_lines") }}

    union all

    select batch_key, batch_key, batch_amount, currency, settled_on, cast(null as text)
    from {{ ref("int_batches_kept_back") }}

)

select
    sets.target_type as entity_type,
    targets.id as entity_id,
    sets.target_key as entity_key,
    targets.currency,
    targets.amount as entity_amount,
    targets.happened_on as entity_on,
    sets.outcome,
    sets.set_number,
    sets.member_type,
    members.id as member_id,
    sets.member_key,
    members.amount as member_amount,
    members.happened_on as member_on,
    members.source_row
from {{ ref("stg_matching__payout_sets") }} as sets
inner join {{ ref("int_open_payout_sets") }} as open_sets
    on sets.target_key = open_sets.entity_key
inner join members as targets
    on sets.target_key = targets.key
inner join members
    on sets.member_key = members.key
where sets.outcome <> 'taken'
