-- Returns source rows that ended in `exception` or `pending` while no exception or pending item says so. A settlement
-- line that waits in a batch for its payout, an order whose fees are not charged yet and a penalty that is not booked yet
-- are pending by themselves: nothing is late yet, and nobody has to act. So is what
-- may still be booked where the code is no matter of time.

select
    rows_of.leg,
    rows_of.side,
    rows_of.entity_id,
    rows_of.state,
    rows_of.reason,
    rows_of.exception_id
from {{ ref("fct_reconciliation") }} as rows_of
left join (
    select exception_id, 'exception' as state from {{ ref("exceptions") }}
    union all
    select exception_id, 'pending' as state from {{ ref("pending_items") }}
) as listed
    on rows_of.exception_id = listed.exception_id
        and rows_of.state = listed.state
where rows_of.state in ('exception', 'pending')
    and not (rows_of.leg = 'batches' and rows_of.state = 'pending')
    and not (rows_of.leg = 'settlements' and rows_of.reason in ('not_complete_yet', 'not_booked_yet'))
    and rows_of.reason is distinct from 'booking_window'
    and listed.exception_id is null
