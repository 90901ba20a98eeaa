-- Grain: one row per event that a document belongs to: an order (sale), a refund (sale return), a payout (receipt).

{{ config(meta={"partition_by": "order"}) }}

select * from {{ ref("int_sales_to_book") }}
union all
select * from {{ ref("int_returns_to_book") }}
union all
select * from {{ ref("int_receipts_to_book") }}
