-- Grain: one row per order of a shop that its platform settles, with what its settlement lines must come to, by
-- component, signed from the merchant's side.

{{ config(meta={"partition_by": "order"}) }}

with

covered as (

    select distinct
        orders.order_key,
        shops.covered_from,
        shops.settles_refunds = 1 as settles_refunds
    from {{ ref("int_orders") }} as orders
    inner join {{ ref("int_settlement_coverage") }} as shops
        on orders.platform = shops.platform
            and coalesce(shops.shop_id, orders.shop_id, '') = coalesce(orders.shop_id, '')

),

orders as (

    select
        orders.*,
        covered.covered_from,
        covered.settles_refunds,
        coalesce(sale_basis.basis, 'buyer_paid') as sale_basis,
        commission_basis.basis as commission_basis,
        case when orders.is_paid then coalesce(orders.subsidy_amount, 0) else 0 end as promised_amount,
        case when covered.settles_refunds then coalesce(refunds.refunded_amount, 0) else 0 end as refunded_amount,
        coalesce(refunds.refunded_amount, 0) as refunded_anywhere_amount,
        sales.amount as settled_sale_amount,
        refund_lines.order_key is null as has_no_refund_line,
        sales.first_settled_on as sale_settled_on,
        refund_lines.first_settled_on as refund_settled_on
    from {{ ref("int_orders") }} as orders
    inner join covered
        on orders.order_key = covered.order_key
    left join {{ ref("int_refunds_settled") }} as refunds
        on orders.order_key = refunds.order_key
    left join {{ ref("int_settlement_lines_summed") }} as sales
        on orders.order_key = sales.order_key
            and sales.component = 'sale'
    left join {{ ref("int_settlement_lines_summed") }} as refund_lines
        on orders.order_key = refund_lines.order_key
            and refund_lines.component = 'refund'
    {% for question in ["sale", "commission"] -%}
    left join {{ ref("int_settlement_conventions") }} as {{ question }}_basis
        on orders.platform = {{ question }}_basis.platform
            and {{ question }}_basis.question = '{{ question }}'
    {% endfor %}
)

select
    orders.*,
    terms.commission_rate,
    terms.channel_fee_rate,
    terms.highest_commission_rate,
    terms.base_amount,
    terms.rounding_rule,
    terms.terms_from,
    terms.settle_days,
    terms.settle_from,
    coalesce(terms.has_commission_terms, false) as has_commission_terms,
    coalesce(terms.has_channel_fee_terms, false) as has_channel_fee_terms,
    -- A sale line may be net of what was refunded before it was settled.
    owed_amount + case when sale_basis = 'with_subsidy' then promised_amount else 0 end as gross_sale_amount,
    has_no_refund_line and refunded_amount > 0 and settled_sale_amount
        = owed_amount + case when sale_basis = 'with_subsidy' then promised_amount else 0 end - refunded_amount
        as is_net_sale,
    case when is_paid then case when commission_basis = 'by_line' then terms.commission_by_line else terms.commission_by_order end
        else 0 end as commission_amount,
    case when is_paid and commission_basis is null then terms.commission_by_line end as other_commission_amount,
    case when is_paid then terms.channel_fee_by_order else 0 end as channel_fee_amount,
    terms.returnable_commission,
    terms.returnable_channel_fee
from orders
left join {{ ref("int_orders_with_terms") }} as terms
    on orders.order_key = terms.order_key
