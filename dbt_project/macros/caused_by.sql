{# The DQ01 from which a break follows: the missing or untrusted source of the other side within the days. #}
{% macro caused_by(missing, first_on, last_on, channel="null") -%}
    (
        select min(untrusted.exception_id)
        from {{ ref("fct_untrusted_days") }} as untrusted
        where untrusted.missing = '{{ missing }}'
            and untrusted.covers_from <= {{ last_on }}
            and untrusted.covers_to >= {{ first_on }}
            and coalesce(untrusted.channel, {{ channel }}, '') = coalesce({{ channel }}, untrusted.channel, '')
    )
{%- endmacro %}
