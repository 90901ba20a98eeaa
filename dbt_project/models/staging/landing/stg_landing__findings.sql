with

source as (

    select * from {{ source("raw", "findings") }}

)

select
    finding_id,
    source,
    stream,
    file_name,
    reason,
    message,
    line_number,
    column_name,
    value,
    window_from as covers_from,
    window_to as covers_to,
    account as account_id

from source
