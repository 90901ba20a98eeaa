-- Grain: one row per exception and feature that it shares with others: what may be the cause of all of them. `value` is
-- what they share; a feature becomes a cause where enough exceptions share it (exception_causes).

with

items as (

    select
        exceptions.*,
        platform || '|' || coalesce(shop_id, '') || '|' || coalesce(account_id, '') as place
    from (
        select
            {% for column in ["exception_id", "leg", "code", "currency", "ours_amount", "theirs_amount", "caused_by",
                "difference_amount", "bank_line_id"] -%}
            {{ column }},
            {% endfor -%}
            coalesce(platform, channel, '') as platform, shop_id, account_id
        from {{ ref("exceptions") }}
    ) as exceptions

),

followers as (

    select exception_id, caused_by as value from items where caused_by is not null
    union
    select items.exception_id, items.exception_id
    from items
    where exists (select 1 from items as follower where follower.caused_by = items.exception_id)

),

-- The only near candidate is of the same amount and days and differs by its number.
renumbered as (

    select exception_id
    from {{ ref("exception_candidates") }}
    group by exception_id
    having count(*) = 1
        and min(abs(amount_gap)) = 0
        and max(days_apart) = 0
        and max(case when is_taken then 1 else 0 end) = 0

),

fees as (

    {% for fact in ["fct_settlement_components", "fct_channel_fees"] -%}
    select exception_id, component, round({{ divided("-actual_amount * 100", "base_amount") }}, 1) as rate
    from {{ ref(fact) }}
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select exception_id, 'follows_from' as cause, value as cause_key, value from followers
union all
select exception_id, 'unit_error', leg || '|' || place || '|' || size, '100'
from (
    select
        items.*,
        case when theirs_amount = ours_amount * 100 then 'theirs' when ours_amount = theirs_amount * 100 then 'ours' end as size
    from items
    where ours_amount <> 0
) as sized
where size is not null
union all
select
    items.exception_id,
    'new_rate',
    fees.component || '|' || items.place || '|' || cast(fees.rate as text),
    cast(fees.rate as text) || '%'
from items
inner join fees
    on items.exception_id = fees.exception_id
where items.code = 'ST04' and fees.rate is not null
union all
select items.exception_id, 'references_changed', leg || '|' || place, null
from items
inner join renumbered
    on items.exception_id = renumbered.exception_id
union all
select exception_id, cause, cause_key, null from {{ ref("exception_concentrations") }}
union all
select
    exception_id,
    'same_difference',
    leg || '|' || code || '|' || place || '|' || currency || '|' || cast(difference_amount as text),
    cast(difference_amount as text)
from items
where ours_amount <> 0
    and theirs_amount <> 0
    and difference_amount <> 0
union all
select items.exception_id, 'same_payer', lines.counterparty_name, lines.counterparty_name
from items
inner join {{ ref("fct_bank_lines") }} as lines
    on items.bank_line_id = lines.line_id
        and items.account_id = lines.account_id
where items.code = 'BK02'
    and lines.counterparty_name is not null
