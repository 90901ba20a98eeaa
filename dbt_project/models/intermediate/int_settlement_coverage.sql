-- Grain: one row per platform and shop of which settlements are delivered: from when on its platform's are, and whether
-- they show refunds.

select
    platform,
    shop_id,
    min(min(settled_on)) over (partition by platform) as covered_from,
    max(max(case when component = 'refund' then 1 else 0 end)) over (partition by platform) as settles_refunds
from {{ ref("int_settlement_lines_linked") }}
group by platform, shop_id
