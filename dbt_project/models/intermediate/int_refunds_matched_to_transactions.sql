-- Grain: one row per refund transaction that belongs to a platform's refund, with the rule that found it.

{{ config(materialized="view") }}

select * from {{ ref("int_refunds_matched_by_number") }}
union all
select * from {{ ref("int_refunds_matched_by_case") }}
union all
select * from {{ ref("int_refunds_matched_by_order") }}
union all
select * from {{ ref("int_refunds_repeated") }}
