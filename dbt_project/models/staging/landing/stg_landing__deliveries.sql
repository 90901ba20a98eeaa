with

source as (

    select * from {{ source("raw", "batches") }}

)

select
    batch_id as delivery_id,
    source,
    stream,
    file_name,
    row_count,
    rejected_count,
    window_from as covers_from,
    window_to as covers_to,
    account as account_id,
    delivered_at,
    delivery_rank,
    coalesce(totals, '{}') <> '{}' as has_totals

from source
