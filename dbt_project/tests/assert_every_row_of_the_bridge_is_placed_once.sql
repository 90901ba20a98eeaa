-- Returns the sources and currencies whose rows the money bridge has placed more or less than once, or with another
-- amount.

{% set placed = {
    "int_transactions": ("int_channel_transactions", "amount + coalesce(fee_amount, 0)", "status = 'success' and type <> 'transfer'"),
    "int_wallet_lines": ("int_wallet_lines", "amount", "true"),
    "int_settlement_lines": ("int_settlement_lines", "amount", "true"),
    "int_payouts": ("int_payouts", "amount", "true"),
    "int_bank_lines": ("int_bank_lines", "amount", "true"),
} %}

select
    source,
    currency,
    sum(row_count) as row_count,
    sum(amount) as amount
from (
    {% for name, (source, amount, condition) in placed.items() -%}
    select '{{ source }}' as source, currency, count(*) as row_count, sum({{ amount }}) as amount
    from {{ ref(source) }}
    where {{ condition }}
    group by currency
    union all
    select
        '{{ source }}', currency, -count(*), -sum({{ "net_amount" if name == "int_transactions" else "amount" }})
    from {{ ref(name ~ "_placed") }}
    group by currency
    {{ "union all" if not loop.last }}
    {% endfor %}
) as both_sides
group by source, currency
having sum(row_count) <> 0
    or sum(amount) <> 0
