{# What engines write differently stands in this folder and nowhere else. #}

{# An ISO 8601 text as an instant; without an offset it is Asia/Shanghai (UTC+8, no summer time since 1991). #}
{% macro to_instant(column) -%} {{ adapter.dispatch("to_instant")(column) }} {%- endmacro %}

{% macro default__to_instant(column) -%}
    case
        when {{ column }} is null or {{ column }} = '' then null
        when {{ column }} ~ '(Z|[+-][0-9]{2}:?[0-9]{2})$' then cast({{ column }} as timestamptz)
        else cast({{ column }} || '+08' as timestamptz)
    end
{%- endmacro %}

{% macro duckdb__to_instant(column) -%}
    case
        when {{ column }} is null or {{ column }} = '' then null
        when regexp_matches({{ column }}, '(Z|[+-][0-9]{2}:?[0-9]{2})$') then cast({{ column }} as timestamptz)
        when length({{ column }}) = 10 then cast({{ column }} || ' 00:00:00+08' as timestamptz)
        else cast({{ column }} || '+08' as timestamptz)
    end
{%- endmacro %}

{# The business date of an instant: the calendar day in Asia/Shanghai. #}
{% macro business_date(column) -%} cast({{ column }} at time zone 'Asia/Shanghai' as date) {%- endmacro %}

{% macro add_days(column, days) -%} ({{ column }} + cast({{ days }} as integer)) {%- endmacro %}

{# A written day as a date: 20260501, 2026-05-01, 2026/05/01, 2026年05月01日 or SWIFT's 260501. #}
{% macro to_date(column) -%} {{ adapter.dispatch("to_date")(column) }} {%- endmacro %}

{% macro default__to_date(column) -%}
    {%- set digits = "regexp_replace(" ~ column ~ ", '[^0-9]', '', 'g')" -%}
    case
        when length({{ digits }}) = 6 then cast('20' || {{ digits }} as date)
        when length({{ digits }}) >= 8 then cast(substring({{ digits }}, 1, 8) as date)
    end
{%- endmacro %}

{% macro duckdb__to_date(column) -%}
    {%- set digits = "regexp_replace(" ~ column ~ ", '[^0-9]', '', 'g')" -%}
    case
        when length({{ digits }}) = 6 then cast(strptime('20' || {{ digits }}, '%Y%m%d') as date)
        when length({{ digits }}) >= 8 then cast(strptime(substring({{ digits }}, 1, 8), '%Y%m%d') as date)
    end
{%- endmacro %}

{# Every day from the first to the last, both included, a row each; none where the first is later. #}
{% macro days(first, last) -%} {{ adapter.dispatch("days")(first, last) }} {%- endmacro %}

{% macro default__days(first, last) -%}
    cast(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval '1 day') as date)
{%- endmacro %}

{% macro duckdb__days(first, last) -%}
    cast(
        unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval '1 day')) as date
    )
{%- endmacro %}

{# Minutes from one instant to another, with their fraction. #}
{% macro minutes_between(first, last) -%} {{ adapter.dispatch("minutes_between")(first, last) }} {%- endmacro %}

{% macro default__minutes_between(first, last) -%}
    {{ divided("extract(epoch from (" ~ last ~ " - " ~ first ~ "))", "60") }}
{%- endmacro %}

{% macro duckdb__minutes_between(first, last) -%}
    {{ divided("epoch_us(" ~ last ~ ") - epoch_us(" ~ first ~ ")", "60000000") }}
{%- endmacro %}

{# The first day of a date's month. #}
{% macro month_start(column) -%} cast(date_trunc('month', {{ column }}) as date) {%- endmacro %}

{# The last day of a date's month. #}
{% macro month_end(column) -%}
    cast(date_trunc('month', {{ column }}) + interval '1 month' - interval '1 day' as date)
{%- endmacro %}

{# Whether a date is a Saturday or Sunday. #}
{% macro is_weekend(column) -%} (extract(isodow from {{ column }}) > 5) {%- endmacro %}
