-- Returns ids that stand among the exceptions and among the pending items: one break, one item.

select exceptions.exception_id
from {{ ref("exceptions") }} as exceptions
inner join {{ ref("pending_items") }} as pending_items
    on exceptions.exception_id = pending_items.exception_id
