-- Grain: one row per return or exchange case of which goods have come back, compared with its claim sku by sku. What
-- was lost on the way counts as sent back; damage counts only where the case's reason does not claim it.

with

received as (

    select
        movements.after_sale_key,
        movements.sku,
        sum(case when movements.is_in_transit then 0 else movements.quantity end) as quantity,
        sum(case when movements.is_in_transit or movements.is_lost then 0 else movements.quantity end)
            as arrived_quantity,
        sum(case
            when movements.is_in_transit or movements.is_lost or movements.is_good then 0
            when damage_claims.after_sale_key is not null then 0
            else movements.quantity
        end) as damaged_quantity,
        max(movements.unit_price) as unit_price
    from {{ ref("int_goods_movements") }} as movements
    left join {{ ref("int_damage_claims") }} as damage_claims
        on movements.after_sale_key = damage_claims.after_sale_key
    where movements.type = 'return_in'
    group by movements.after_sale_key, movements.sku

),

arrived as (

    select after_sale_key
    from received
    group by after_sale_key
    having sum(arrived_quantity) > 0

),

compared as (

    select
        coalesce(received.after_sale_key, claimed.after_sale_key) as after_sale_key,
        coalesce(received.sku, claimed.sku) as sku,
        coalesce(received.quantity, 0) as quantity,
        coalesce(received.damaged_quantity, 0) as damaged_quantity,
        coalesce(claimed.demanded_quantity, 0) as demanded_quantity,
        -- Goods that a claim does not name it does not allow; one whose goods are unknown allows all.
        case when claimed.sku is null and told.after_sale_key is not null then 0 else claimed.allowed_quantity end
            as allowed_quantity,
        received.unit_price
    from received
    full outer join {{ ref("int_claimed_goods") }} as claimed
        on received.after_sale_key = claimed.after_sale_key
            and received.sku = claimed.sku
    left join (select distinct after_sale_key from {{ ref("int_claimed_goods") }}) as told
        on received.after_sale_key = told.after_sale_key

),

priced as (

    select
        compared.*,
        cases.order_key,
        coalesce(compared.unit_price, goods.unit_price, products.unit_price, 0) as price,
        greatest(least(compared.quantity, compared.allowed_quantity), compared.demanded_quantity) as expected_quantity
    from compared
    inner join arrived
        on compared.after_sale_key = arrived.after_sale_key
    inner join {{ ref("int_after_sales") }} as cases
        on compared.after_sale_key = cases.after_sale_key
            and cases.type in ('return_refund', 'exchange')
    left join {{ ref("int_order_goods") }} as goods
        on cases.order_key = goods.order_key
            and compared.sku = goods.sku
    left join {{ ref("int_products") }} as products
        on compared.sku = products.sku

)

select
    after_sale_key,
    cast(sum(expected_quantity * price) as numeric(18, 2)) as expected_amount,
    cast(sum((quantity - damaged_quantity) * price) as numeric(18, 2)) as received_amount,
    cast(sum(greatest(expected_quantity - quantity, 0)) as numeric(18, 2)) as short_quantity,
    cast(sum(greatest(quantity - expected_quantity, 0)) as numeric(18, 2)) as surplus_quantity,
    cast(sum(damaged_quantity) as numeric(18, 2)) as damaged_quantity
from priced
group by after_sale_key
