-- Grain: one row per entry of the bridge about what buyers paid: what orders owe, and what channels received and
-- platforms settled for them.

{{ config(materialized="view") }}

with

orders as (

    select
        *,
        coalesce(paid_on, ordered_on) as entered_on
    from {{ ref("int_orders") }}
    where is_paid

),

-- What a channel gave back of a surplus by itself belongs to the payment.
sent_back as (

    select transaction_key, payable_id, currency, amount
    from {{ ref("fct_refund_outflows") }} as outflows
    where {{ is_surplus_sent_back("outflows") }}

),

received as (

    select *
    from {{ ref("int_transactions_placed") }}
    where (type = 'payment' and payable_id is not null)
        or transaction_key in (select transaction_key from sent_back)

),

sales as (

    select * from {{ ref("int_settlement_lines_placed") }} where type = 'sale' and payable_id is not null

),

-- Beside the receipts that the payment leg has counted.
besides as (

    select payable_id, currency, sum(sale_amount) as sale_amount, sum(amount) as amount
    from (
        select payable_id, currency, amount as sale_amount, amount from sales
        union all
        select payable_id, currency, 0, amount from sent_back
    ) as parts
    group by payable_id, currency

),

named as (

    select
        payments.payable_id, payments.platform, payments.shop_id, payments.paid_on, payments.currency,
        payments.received_amount - payments.owed_amount + coalesce(besides.amount, 0) as amount,
        case
            when payments.state = 'exception' then payments.code
            when payments.state = 'pending' then 'in_transit'
            when besides.sale_amount <> 0 and payments.received_amount <> 0 then 'collected_twice'
            when besides.sale_amount <> 0 then 'settlement_difference'
            when payments.excluded_reason = 'no_counterpart_source' and payments.received_amount = 0
                and payments.platform in (select platform from {{ ref("int_settlement_lines") }}) then 'unsettled'
            when payments.owed_amount = 0 then 'not_counted_as_paid'
            when payments.excluded_reason <> 'nothing_owed' then payments.excluded_reason
            when abs(payments.gap_amount) <= payments.tolerance_amount and besides.payable_id is null then 'tolerance'
            else 'sent_back'
        end as line
    from {{ ref("fct_payments") }} as payments
    left join besides
        on payments.payable_id = besides.payable_id and payments.currency = besides.currency

),

-- What came in another currency than the order's stands in that currency.
foreign_money as (

    select moved.payable_id, moved.currency, moved.amount, payments.platform, payments.shop_id, payments.paid_on
    from (
        select payable_id, currency, amount from received union all select payable_id, currency, amount from sales
    ) as moved
    inner join {{ ref("fct_payments") }} as payments
        on moved.payable_id = payments.payable_id and moved.currency <> payments.currency

)

{% set payable = {"item_type": "payable", "item_key": "payable_id", "account_id": "null", "business_on": "paid_on"} %}

{{ bridge_entries("orders", dict(payable, business_on="entered_on", amount="-owed_amount")) }}
union all
{{ bridge_entries("received", dict(payable, account_id="account_id", business_on="occurred_on")) }}
union all
{{ bridge_entries("sales", dict(payable, business_on="settled_on")) }}
union all
{{ bridge_entries("named", dict(payable, line="line")) }}
union all
{{ bridge_entries("foreign_money", dict(payable, line="'OP10'")) }}
