{#
    A leg's sides, accounts and business days of which the reconciliation has other rows, or another amount, than the
    sources: a row is missing, doubled or changed. Also where a row ended in no state, or was left out without a reason.
    Called with a query of side, account, business_on and amount: one row per row of a source that the leg looks at.
#}
{% macro unaccounted_days(leg) -%}
select
    side,
    account,
    business_on,
    sum(case when is_source then 1 else 0 end) as source_count,
    sum(case when is_source then 0 else 1 end) as accounted_count,
    sum(case when is_source then amount end) as source_amount,
    sum(case when not is_source then amount end) as accounted_amount,
    sum(case when lacks_state then 1 else 0 end) as stateless_count
from (
    select side, account, business_on, cast(amount as numeric(18, 2)) as amount, true as is_source, false as lacks_state
    from ({{ caller() }}) as sources
    union all
    select
        side, {{ reconciled_account() }}, business_on, amount, false,
        coalesce(state not in ('matched', 'pending', 'exception') and (state <> 'excluded' or reason is null), true)
    from {{ ref("fct_reconciliation") }}
    where leg = '{{ leg }}'
) as both_sides
group by side, account, business_on
having sum(case when is_source then 1 else -1 end) <> 0
    or sum(case when is_source then amount end) is distinct from sum(case when not is_source then amount end)
    or sum(case when lacks_state then 1 else 0 end) > 0
    or account is null
    or business_on is null
{%- endmacro %}

{# What a row of the reconciliation is counted by: its platform, or the account of the channel or bank that holds it. #}
{% macro reconciled_account() -%}
    case
        when leg = 'settlements' and channel is null or (side = 'ours' and leg <> 'wallets') then coalesce(platform, '')
        else coalesce(channel, '') || '|' || coalesce(account_id, '')
    end
{%- endmacro %}
