-- Grain: one row per after-sale case whose reason itself says that the goods are damaged: in so many words, or as a
-- defect where most of what is returned with such a reason does come back in a bad state.

with

returned as (

    select
        after_sale_key,
        max(case when is_good then 0 else 1 end) as is_bad
    from {{ ref("int_goods_movements") }}
    where type = 'return_in'
        and after_sale_key is not null
    group by after_sale_key

),

claims as (

    select
        cases.after_sale_key,
        cases.platform,
        min(reasons.claims) as claims
    from {{ ref("int_after_sales") }} as cases
    inner join {{ ref("after_sale_reasons") }} as reasons
        on lower(cases.reason) like '%' || lower(reasons.reason_part) || '%'
    group by cases.after_sale_key, cases.platform

),

defects as (

    select
        claims.platform,
        {{ mean("returned.is_bad") }} as bad_share
    from claims
    inner join returned
        on claims.after_sale_key = returned.after_sale_key
    where claims.claims = 'defect'
    group by claims.platform

)

select claims.after_sale_key
from claims
left join defects
    on claims.platform = defects.platform
where claims.claims = 'damage'
    or defects.bad_share >= {{ setting("tolerances", "DEFECT_IS_DAMAGE", "min_share", {}, as_of()) }}
