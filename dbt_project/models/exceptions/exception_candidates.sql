-- Grain: one row per open or pending item that only one side knows and candidate on the other side: the nearest first, at
-- most three, each with what kept the two from being matched. Why not matched, in words.

with

ranked as (

    select
        near.*,
        row_number() over (
            partition by exception_id
            order by
                case when is_taken then 1 else 0 end,
                case when amount_gap <> 0 then 1 else 0 end
                + case when days_late > 0 then 1 else 0 end
                + case when has_other_reference or has_no_reference then 1 else 0 end
                + case when has_other_channel then 1 else 0 end,
                abs(amount_gap), days_apart, entity_id, source_row
        ) as candidate_no
    from {{ ref("exception_near_rows") }} as near

)

select
    ranked.exception_id,
    ranked.candidate_no,
    {% for column in [
        "leg", "entity_type", "entity_id", "reference", "channel", "account_id", "business_on", "currency", "amount",
        "amount_gap", "days_apart", "is_taken"
    ] -%}
    ranked.{{ column }},
    {% endfor -%}
    {{ why_not_matched("ranked", "legs.reference_en", "en") }} as failed_en,
    {{ why_not_matched("ranked", "legs.reference_zh", "zh") }} as failed_zh,
    {{ place_of_row("ranked.source_row", "deliveries") }} as source_place
from ranked
inner join {{ ref("legs") }} as legs
    on ranked.leg = legs.leg
left join {{ ref("stg_landing__deliveries") }} as deliveries
    on substring(ranked.source_row, 1, 16) = deliveries.delivery_id
where ranked.candidate_no <= 3
