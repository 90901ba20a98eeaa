{#
    Rows that their key does not tell apart, or that lack a part of it: a model's grain. A part that may be missing is
    named as an expression, e.g. coalesce(account_id, '').
#}
{% test is_key(model, columns) %}
select {{ columns | join(", ") }}, count(*) as row_count
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1
    or {% for column in columns %}{{ "or " if not loop.first }}{{ column }} is null {% endfor %}
{% endtest %}
