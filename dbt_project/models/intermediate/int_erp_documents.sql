{{ config(meta={"partition_by": "source_row"}) }}

{% set columns = [
    "document_id", "type", "platform", "order_id", "refund_id", "payout_id", "amount", "currency",
    "document_on", "voucher_no", "status"
] %}

with

united as (

    {{ unite(columns, [ref("stg_open__erp_documents")]) }}

)

select *
from united
where document_on <= {{ as_of() }}
