{# Rows with another word in a column than its vocabulary has, or with none. #}
{% test has_only(model, words) %}
select *
from {{ model }}
where false
    {% for column, known in words.items() -%}
    or {{ column }} is null
    or {{ column }} not in ('{{ known | join("', '") }}')
    {% endfor -%}
{% endtest %}
