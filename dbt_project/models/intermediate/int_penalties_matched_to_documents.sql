-- Grain: one row per penalty or compensation that a platform deducted, with the document that books it, if any: of its
-- order and amount, else of its platform and amount: in turn where there are as many of both, or the nearest. A document
-- is claimed once.

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

-- What is nearest to something nearer still is looked at again.
{% set steps = ["in_turn", "nearest", "next_nearest", "last_nearest"] -%}
{% for step in steps -%}
{{ step }} as (

    select settlement_line_key, document_id
    from (
        select
            *,
            row_number() over (
                partition by settlement_line_key order by days_apart, is_before, places_apart, document_id
            ) as line_choice,
            row_number() over (
                partition by document_id order by days_apart, is_before, places_apart, settlement_line_key
            ) as document_choice
        from {{ ref("int_penalties_near_documents") }}
        where {{ "is_in_turn" if loop.first else "true" }}
            {% for earlier in steps[:loop.index0] -%}
            and settlement_line_key not in (select settlement_line_key from {{ earlier }})
            and document_id not in (select document_id from {{ earlier }})
            {% endfor %}
    ) as ranked
    where line_choice = 1
        and document_choice = 1

),

{% endfor -%}
matched as (

    {% for step in ["by_order"] + steps -%}
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
