{#
    CTEs that end in `pairs`: outflows and refunds of one scope (an order, or a case) that name no further. Of the CTEs
    `outflows` (transaction_key, scope, amount < 0, occurred_at) and `claims` (refund_key, scope, amount > 0,
    refunded_at): the same amount first, equal ones in order of time; then, where as many are left on both sides, in
    order of time; then several outflows that make up the only refund left. Each row is claimed once.
#}
{% macro pair_refunds(scope_name) %}
numbered_outflows as (

    select
        *,
        row_number() over (partition by scope, amount order by occurred_at, transaction_key) as place
    from outflows

),

numbered_claims as (

    select
        *,
        row_number() over (partition by scope, amount order by refunded_at, refund_key) as place
    from claims

),

same_amount as (

    select
        outflows.transaction_key,
        claims.refund_key
    from numbered_outflows as outflows
    inner join numbered_claims as claims
        on outflows.scope = claims.scope
            and -outflows.amount = claims.amount
            and outflows.place = claims.place

),

outflows_left as (

    select
        *,
        row_number() over (partition by scope order by occurred_at, transaction_key) as place_left,
        count(*) over (partition by scope) as left_count,
        sum(amount) over (partition by scope) as left_amount
    from outflows
    where transaction_key not in (select transaction_key from same_amount)

),

claims_left as (

    select
        *,
        row_number() over (partition by scope order by refunded_at, refund_key) as place_left,
        count(*) over (partition by scope) as left_count
    from claims
    where refund_key not in (select refund_key from same_amount)

),

pairs as (

    select
        transaction_key,
        refund_key,
        '{{ scope_name }}_and_amount' as match_rule
    from same_amount

    union all

    select
        outflows_left.transaction_key,
        claims_left.refund_key,
        '{{ scope_name }}' as match_rule
    from outflows_left
    inner join claims_left
        on outflows_left.scope = claims_left.scope
            and outflows_left.left_count = claims_left.left_count
            and outflows_left.place_left = claims_left.place_left

    union all

    select
        outflows_left.transaction_key,
        claims_left.refund_key,
        '{{ scope_name }}_and_sum' as match_rule
    from outflows_left
    inner join claims_left
        on outflows_left.scope = claims_left.scope
            and claims_left.left_count = 1
            and outflows_left.left_count > 1
            and -outflows_left.left_amount = claims_left.amount

)
{% endmacro %}
