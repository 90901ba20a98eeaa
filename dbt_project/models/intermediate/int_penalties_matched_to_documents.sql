-- Grain: one row per penalty or compensation that a platform deducted, with the document that books it, if any: of its
-- order and amount, else of its platform and amount: of the day, in turn, or the nearest. A document is claimed once.

with

by_order as (

    select
        penalties.settlement_line_key,
        documents.document_id
    from {{ ref("int_penalties") }} as penalties
    inner join {{ ref("int_fee_documents") }} as documents
        on penalties.order_key = documents.order_key
            and penalties.amount = documents.amount
            and penalties.place_of_order = documents.place_of_order

),

-- One of both names no order; days and places are compared among those that are left.
near as (

    select
        penalties.settlement_line_key,
        documents.document_id,
        abs(documents.document_on - penalties.settled_on) as days_apart,
        documents.document_on = penalties.settled_on and documents.place_of_day = penalties.place_of_day as is_same_day,
        dense_rank() over (
            partition by penalties.platform, penalties.amount order by penalties.settled_on, penalties.settlement_line_key
        ) as line_place,
        dense_rank() over (
            partition by documents.platform, documents.amount order by documents.document_on, documents.document_id
        ) as document_place
    from {{ ref("int_penalties") }} as penalties
    inner join {{ ref("int_fee_documents") }} as documents
        on penalties.amount = documents.amount
            and coalesce(documents.platform, penalties.platform) = penalties.platform
            and abs(documents.document_on - penalties.settled_on) <= penalties.window_days
    where (documents.order_key is null or penalties.order_key is null)
        and penalties.settlement_line_key not in (select settlement_line_key from by_order)
        and documents.document_id not in (select document_id from by_order)

),

{% for step, fits, before in [
    ("same_day", "is_same_day", []),
    ("in_turn", "line_place = document_place", ["same_day"]),
    ("nearest", "true", ["same_day", "in_turn"]),
] -%}
{{ step }} as (

    select settlement_line_key, document_id
    from (
        select
            *,
            row_number() over (partition by settlement_line_key order by days_apart, document_id) as line_choice,
            row_number() over (partition by document_id order by days_apart, settlement_line_key) as document_choice
        from near
        where {{ fits }}
            {% for earlier in before -%}
            and settlement_line_key not in (select settlement_line_key from {{ earlier }})
            and document_id not in (select document_id from {{ earlier }})
            {% endfor %}
    ) as ranked
    where line_choice = 1
        and document_choice = 1

),

{% endfor -%}
matched as (

    {% for step in ["by_order", "same_day", "in_turn", "nearest"] -%}
    select settlement_line_key, document_id from {{ step }}
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    penalties.settlement_line_key,
    penalties.window_days,
    matched.document_id,
    max(documents.document_on - penalties.settled_on) over (partition by penalties.platform) as longest_days
from {{ ref("int_penalties") }} as penalties
left join matched
    on penalties.settlement_line_key = matched.settlement_line_key
left join {{ ref("int_fee_documents") }} as documents
    on matched.document_id = documents.document_id
