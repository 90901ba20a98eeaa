-- Grain: one row per cause and currency: what many exceptions share, how many they are and how much money it explains;
-- exceptions that share nothing are one row a code, `single`.

with

items as (

    select
        exceptions.*,
        causes.cause,
        causes.cause_id,
        causes.value
    from {{ ref("exceptions") }} as exceptions
    inner join {{ ref("exception_causes") }} as causes
        on exceptions.exception_id = causes.exception_id

),

grouped as (

    select
        cause_id,
        cause,
        currency,
        min(value) as value,
        count(*) as exception_count,
        min(code) as first_code,
        count(distinct code) as code_count,
        {% for column in ["platform", "channel", "shop_id", "account_id"] -%}
        case when min({{ column }}) = max({{ column }}) then min({{ column }}) end as {{ column }},
        {% endfor -%}
        cast(sum(difference_amount) as numeric(18, 2)) as difference_amount,
        cast(sum(abs(difference_amount)) as numeric(18, 2)) as absolute_amount,
        min(severity) as worst_severity,
        min(opened_on) as first_on,
        max(opened_on) as last_on
    from items
    group by cause_id, cause, currency

)

select
    grouped.cause_id,
    grouped.cause,
    causes.name_en,
    causes.name_zh,
    {% for column in [
        "first_code", "code_count", "platform", "channel", "shop_id", "account_id", "currency", "exception_count",
        "difference_amount", "absolute_amount", "worst_severity", "first_on", "last_on"
    ] -%}
    grouped.{{ column }},
    {% endfor -%}
    {% for language in ["en", "zh"] -%}
    {% set text = namespace(sql="causes.explanation_" ~ language) -%}
    {% for name, value in {
        "value": "grouped.value", "platform": "grouped.platform", "channel": "grouped.channel", "shop": "grouped.shop_id",
        "account": "grouped.account_id", "currency": "grouped.currency", "first": "cast(grouped.first_on as text)",
    }.items() -%}
    {% set text.sql = "replace(" ~ text.sql ~ ", '{" ~ name ~ "}', coalesce(" ~ value ~ ", ''))" -%}
    {% endfor -%}
    {{ text.sql }} as explanation_{{ language }}{{ "," if not loop.last }}
    {% endfor %}
from grouped
inner join {{ ref("causes") }} as causes
    on grouped.cause = causes.cause
