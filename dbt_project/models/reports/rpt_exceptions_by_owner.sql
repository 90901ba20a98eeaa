-- Grain: one row per owner, severity, currency and status: who has how much to work off, and how much of it is late.

with

items as (

    select * from {{ ref("exceptions") }}
    union all
    select * from {{ ref("pending_items") }}

)

select
    owner,
    severity,
    status,
    currency,
    count(*) as item_count,
    count(distinct code) as code_count,
    cast(sum(difference_amount) as numeric(18, 2)) as difference_amount,
    cast(sum(abs(difference_amount)) as numeric(18, 2)) as absolute_amount,
    sum(case when status = 'open' and due_on < {{ as_of() }} then 1 else 0 end) as overdue_count,
    cast(
        sum(case when status = 'open' and due_on < {{ as_of() }} then abs(difference_amount) else 0 end) as numeric(18, 2)
    ) as overdue_amount,
    min(opened_on) as oldest_on,
    min(due_on) as first_due_on
from items
group by owner, severity, status, currency
