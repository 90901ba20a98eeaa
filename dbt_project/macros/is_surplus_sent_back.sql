{# Whether a refund outflow gives back what came in beyond the order, by the channel itself: part of the payment. #}
{% macro is_surplus_sent_back(outflow) -%}
    (
        {{ outflow }}.status = 'success'
        and {{ outflow }}.refund_key is null
        and {{ outflow }}.code is null
        and {{ outflow }}.excluded_reason is null
        and {{ outflow }}.surplus_amount > 0
        and -{{ outflow }}.unexplained_amount <= {{ outflow }}.surplus_amount
    )
{%- endmacro %}
