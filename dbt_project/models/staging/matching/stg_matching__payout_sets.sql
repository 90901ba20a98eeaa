with

source as (

    select * from {{ source("matching", "payout_sets") }}

)

select
    target_type,
    target_key,
    outcome,
    set_number,
    member_type,
    member_key

from source
