-- Returns exceptions and pending items whose difference is not their amount minus ours, or that call the wrong side
-- the larger one.

select
    exception_id,
    code,
    ours_amount,
    theirs_amount,
    difference_amount,
    excess_side
from (
    select * from {{ ref("exceptions") }}
    union all
    select * from {{ ref("pending_items") }}
) as items
where difference_amount is distinct from coalesce(theirs_amount, 0) - coalesce(ours_amount, 0)
    or excess_side is distinct from case sign(difference_amount) when 1 then 'theirs' when -1 then 'ours' end
