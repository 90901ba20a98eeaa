-- Grain: one row per stock movement that belongs to an after-sale case: it names the case, carries the return's
-- waybill, or is of the order's only case of its kind.
-- Movements that name no platform are found by their numbers alone.

with

movements as (

    select * from {{ ref("int_stock_movements") }}
    where type <> 'sale_out'

),

cases as (

    select * from {{ ref("int_after_sales") }}

),

suitable as (

    select
        movement_type,
        order_key,
        min(platform) as platform,
        min(order_id) as order_id,
        min(after_sale_key) as after_sale_key
    from (
        {% for movement_type, types in {
            "return_in": ["return_refund", "exchange", "repair"], "exchange_out": ["exchange"],
            "reship_out": ["reship"], "repair_out": ["repair"],
        }.items() -%}
        select
            '{{ movement_type }}' as movement_type, order_key, platform, order_id, after_sale_key
        from cases
        where type in ('{{ types | join("', '") }}')
            and status not in ('rejected', 'cancelled')
        {{ "union all" if not loop.last }}
        {% endfor %}
    ) as suited
    group by movement_type, order_key
    having count(*) = 1

),

found as (

    select movements.movement_id, cases.after_sale_key, 'case' as match_rule, 1 as step
    from movements
    inner join cases
        on movements.after_sale_id = cases.after_sale_id
            and coalesce(movements.platform, cases.platform) = cases.platform

    union all

    select movements.movement_id, cases.after_sale_key, 'waybill' as match_rule, 2 as step
    from movements
    inner join cases
        on movements.tracking_no = cases.return_tracking_no
            and coalesce(movements.platform, cases.platform) = cases.platform
    where movements.type = 'return_in'
        and movements.after_sale_id is null

    union all

    select movements.movement_id, suitable.after_sale_key, 'order' as match_rule, 3 as step
    from movements
    inner join suitable
        on movements.order_id = suitable.order_id
            and movements.type = suitable.movement_type
            and coalesce(movements.platform, suitable.platform) = suitable.platform
    where movements.after_sale_id is null

),

chosen as (

    select
        found.*,
        row_number() over (partition by movement_id order by step, after_sale_key) as choice
    from found

)

select
    movement_id,
    after_sale_key,
    match_rule
from chosen
where choice = 1
