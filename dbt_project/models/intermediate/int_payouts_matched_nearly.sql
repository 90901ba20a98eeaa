-- Grain: one row per payout and credit that are each other's nearest among the candidates left, and near enough
-- (tolerance PAYOUT_NEAR): one break, reported as BK03, instead of a missing payout and an unknown credit. What an exact
-- set may explain is not near anything. Banks take fees and add nothing: a credit that is too small is nearer than one that
-- is too large, and one that came in time nearer than a late one. Whose nearest was taken looks again among the others.

{% set rounds = 4 %}

with

explained as (

    select payout_key as key from {{ ref("int_payouts_matched_by_amount") }}
    union
    select bank_line_key from {{ ref("int_payouts_matched_by_amount") }}
    union
    select target_key from {{ ref("stg_matching__payout_sets") }} where outcome <> 'chance'
    union
    select member_key from {{ ref("stg_matching__payout_sets") }} where outcome <> 'chance'

),

candidates as (

    select
        candidates.*,
        abs(candidates.payout_amount - candidates.credit_amount) as distance_amount
    from {{ ref("int_payout_candidates") }} as candidates
    left join explained as payouts
        on candidates.payout_key = payouts.key
    left join explained as credits
        on candidates.bank_line_key = credits.key
    where payouts.key is null
        and credits.key is null

),

near as (

    select
        *,
        case when credit_amount > payout_amount then 1 else 0 end as is_surplus,
        case when booked_on > due_on then 1 else 0 end as is_late
    from candidates
    where distance_amount <= greatest(
        payout_amount
        * coalesce({{ setting("tolerances", "PAYOUT_NEAR", "max_share", {"platform": "candidates.platform"}, "candidates.made_on") }}, 0),
        coalesce({{ setting("tolerances", "PAYOUT_NEAR", "max_amount", {"platform": "candidates.platform"}, "candidates.made_on") }}, 0)
    )

){% for round in range(1, rounds + 1) %},

pairs_{{ round }} as (

    select payout_key, bank_line_key
    from (
        select
            near.*,
            row_number() over (
                partition by near.payout_key
                order by is_surplus, is_late, distance_amount, booked_on, near.bank_line_key
            ) as credit_rank,
            row_number() over (
                partition by near.bank_line_key
                order by is_surplus, is_late, distance_amount, made_on desc, near.payout_key
            ) as payout_rank
        from near
        {% if round > 1 -%}
        left join taken_{{ round - 1 }} as payouts on near.payout_key = payouts.payout_key
        left join taken_{{ round - 1 }} as credits on near.bank_line_key = credits.bank_line_key
        where payouts.payout_key is null
            and credits.bank_line_key is null
        {%- endif %}
    ) as ranked
    where credit_rank = 1
        and payout_rank = 1

),

taken_{{ round }} as (

    select * from pairs_{{ round }}
    {% if round > 1 %}union all select * from taken_{{ round - 1 }}{% endif %}

){% endfor %}

select * from taken_{{ rounds }}
