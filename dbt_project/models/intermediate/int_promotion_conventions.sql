-- Grain: one row per platform and shop with how it writes orders: what lines, promotions and subsidies come to. A shop
-- too small to tell follows its platform; null where no convention prevails: then there is nothing to hold orders against.

with

orders as (

    select * from {{ ref("int_orders_with_promotions") }}

),

shops as (

    select
        platform,
        shop_key,
        max(case when discount_amount is null then 0 else 1 end) as discount_count
    from orders
    group by platform, shop_key

),

-- An order without discount and freight has the same lines by every convention. What is not paid yet may have none.
lined as (

    select
        *,
        taken_off_amount = 0 and carriage_amount = 0 as is_plain
    from orders
    where line_count > 0
        and (is_paid or line_amount <> 0)

),

plain as (select * from lined where is_plain),

telling as (select * from lined where not is_plain),

reduced as (

    select *
    from orders
    where discount_amount is not null
        and (discount_amount <> 0 or promotion_count > 0)

),

subsidised as (

    select *
    from orders
    where stated_subsidy_amount > 0
        or (stated_subsidy_amount is not null
            and platform_amount + influencer_amount + government_amount + subsidy_row_amount > 0)

),

plain_bases as ({{ prevailing_basis("plain", ["platform"], basis_conditions("line_amount", {"list": "list_amount"})) }}),

shop_bases as (
    {{ prevailing_basis("telling", ["platform", "shop_key"], basis_conditions("line_amount", line_bases())) }}
),

platform_bases as ({{ prevailing_basis("telling", ["platform"], basis_conditions("line_amount", line_bases())) }}),

discount_bases as (
    {{ prevailing_basis("reduced", ["platform"], basis_conditions("discount_amount", discount_bases())) }}
),

subsidy_bases as (
    {{ prevailing_basis("subsidised", ["platform"], basis_conditions("stated_subsidy_amount", subsidy_bases())) }}
),

row_bases as (
    {{ prevailing_basis("subsidised", ["platform"], basis_conditions("stated_subsidy_amount", {"subsidies": "subsidy_row_amount"})) }}
)

select
    shops.platform,
    shops.shop_key,
    shops.discount_count > 0 as has_discounts,
    plain_bases.basis as plain_basis,
    coalesce(shop_bases.basis, platform_bases.basis) as line_basis,
    discount_bases.basis as discount_basis,
    subsidy_bases.basis as subsidy_basis,
    row_bases.basis as subsidy_row_basis
from shops
left join shop_bases
    on shops.platform = shop_bases.platform
        and shops.shop_key = shop_bases.shop_key
{% for bases in ["plain_bases", "platform_bases", "discount_bases", "subsidy_bases", "row_bases"] -%}
left join {{ bases }} on shops.platform = {{ bases }}.platform
{% endfor -%}
