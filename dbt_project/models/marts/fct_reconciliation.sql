-- Grain: one row per source row and leg that looks at it: matched, pending, exception or excluded (with the reason).
-- Nothing is left out, so the four states' amounts add up to each source's total.

{% for leg in ["payments", "promotions", "refunds", "after_sales", "settlements", "wallets", "payouts", "books", "ledger", "risk"] -%}
select * from {{ ref("fct_reconciled_" ~ leg) }}
{{ union_all_after() if not loop.last }}
{% endfor %}
