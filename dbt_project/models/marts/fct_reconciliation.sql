-- Grain: one row per source row and leg that looks at it: matched, pending, exception or excluded (with the reason).
-- Nothing is left out, so the four states' amounts add up to each source's total.

select * from {{ ref("int_payments_reconciled") }}
union all
select * from {{ ref("int_refunds_reconciled") }}
union all
select * from {{ ref("int_wallets_reconciled") }}
union all
select * from {{ ref("int_payouts_reconciled") }}
