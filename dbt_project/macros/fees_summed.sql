{#
    Fees by some columns of a mart of fees: what was charged, what the rate book says of it, and the rate on what was paid.
    Only fees with an expectation are compared; the others have no variance.
#}
{% macro fees_summed(columns, fees="fct_fees") -%}
    {%- set grouping = columns + ["charged_by", "currency"] -%}
    select
        {% for column in grouping -%}
        {{ column }},
        {% endfor -%}
        count(*) as fee_count,
        cast(sum(charged_amount) as numeric(18, 2)) as charged_amount,
        cast(sum(expected_amount) as numeric(18, 2)) as expected_amount,
        cast(sum(case when is_in_rate_book then charged_amount end) - sum(expected_amount) as numeric(18, 2))
            as variance_amount,
        cast(sum(base_amount) as numeric(18, 2)) as base_amount,
        cast({{ divided("-sum(case when base_amount is not null then charged_amount end)", "sum(base_amount)") }}
            as numeric(9, 6)) as effective_rate
    from (
        select *, substring(cast(charged_on as text), 1, 7) as month
        from {{ ref(fees) }}
    ) as fees
    group by {{ grouping | join(", ") }}
{%- endmacro %}
