-- Grain: one row per platform of which orders are seen leaving the warehouse, with the first day on which one was.

select
    platform,
    min(first_moved_on) as watched_from
from {{ ref("int_parcels") }}
group by platform
