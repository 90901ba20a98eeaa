{#
    Breaks as exceptions and pending items: the columns that people see. Decides status, severity, owner and dates
    the same way for every leg, and fills the wording of the codes' and reasons' seeds.
#}
{% macro exception_rows(leg, breaks) %}
with

dated as (

    select
        breaks.*,
        coalesce(is_timing, false) or coalesce(arrival_due_on >= {{ as_of() }}, false) as is_pending,
        case
            when arrival_due_on < {{ as_of() }} then {{ add_days("arrival_due_on", 1) }}
            else coalesce(happened_on, {{ as_of() }})
        end as opened_on,
        cast(coalesce(theirs_amount, 0) - coalesce(ours_amount, 0) as numeric(18, 2)) as difference_amount
    from {{ breaks }} as breaks

),

graded as (

    select
        dated.*,
        codes.kind as code_kind,
        codes.owner as code_owner,
        case
            when dated.is_pending then coalesce(codes.pending_severity, 'P4')
            else least(codes.severity, {{ severity_tier("amount", "abs(dated.difference_amount)") }},
                {{ severity_tier("age", "(" ~ as_of() ~ " - dated.opened_on)") }})
        end as severity,
        codes.explanation_en as code_en,
        codes.explanation_zh as code_zh,
        reasons.explanation_en as reason_en,
        reasons.explanation_zh as reason_zh
    from dated
    inner join {{ ref("exception_codes") }} as codes
        on dated.code = codes.code
    left join {{ ref("exception_reasons") }} as reasons
        on dated.reason = reasons.reason

)

select
    {{ exception_id(leg, "graded.entity_type", "graded.entity_key", "graded.currency") }} as exception_id,
    graded.code,
    case when graded.code_kind = 'TA' then case when graded.is_pending then 'T' else 'A' end else graded.code_kind end
        as kind,
    case when graded.is_pending then 'pending' else 'open' end as status,
    '{{ leg }}' as leg,
    {% for column in [
        "entity_type", "entity_id", "platform", "channel", "shop_id", "account_id", "order_id", "after_sale_id",
        "refund_id", "batch_id", "payout_id", "bank_line_id", "document_id", "currency", "ours_amount",
        "theirs_amount", "difference_amount"
    ] -%}
    graded.{{ column }},
    {% endfor -%}
    case
        when graded.difference_amount > 0 then 'theirs'
        when graded.difference_amount < 0 then 'ours'
    end as excess_side,
    graded.reason,
    graded.severity,
    {{ owner_of("graded") }} as owner,
    case
        when graded.is_pending then coalesce(graded.arrival_due_on, graded.happened_on)
        else {{ add_days("graded.opened_on", "deadlines.days") }}
    end as due_on,
    graded.opened_on,
    graded.caused_by,
    {{ explanation("graded.code_en", "graded.reason_en", "en") }} as explanation_en,
    {{ explanation("graded.code_zh", "graded.reason_zh", "zh") }} as explanation_zh,
    {{ place_of_row("graded.ours_row", "ours") }} as ours_source,
    {{ place_of_row("graded.theirs_row", "theirs") }} as theirs_source
from graded
left join {{ ref("severity_deadlines") }} as deadlines
    on graded.severity = deadlines.severity
left join {{ ref("stg_landing__deliveries") }} as ours
    on substring(graded.ours_row, 1, 16) = ours.delivery_id
left join {{ ref("stg_landing__deliveries") }} as theirs
    on substring(graded.theirs_row, 1, 16) = theirs.delivery_id
{% endmacro %}
