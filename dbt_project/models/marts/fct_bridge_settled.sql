-- Grain: one row per entry of the bridge's step from what should come in to what was settled, net of fees.

{{ config(materialized="view") }}

select * from {{ ref("fct_bridge_settled_payments") }}
union all
select * from {{ ref("fct_bridge_settled_refunds") }}
union all
select * from {{ ref("fct_bridge_settled_promises") }}
union all
select * from {{ ref("fct_bridge_settled_orphans") }}
