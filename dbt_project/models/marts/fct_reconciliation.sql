-- Grain: one row per source row and leg that looks at it: matched, pending, exception or excluded (with the reason).
-- Nothing is left out, so the four states' amounts add up to each source's total.

select * from {{ ref("fct_reconciled_payments") }}
union all
select * from {{ ref("fct_reconciled_refunds") }}
union all
select * from {{ ref("fct_reconciled_wallets") }}
union all
select * from {{ ref("fct_reconciled_payouts") }}
union all
select * from {{ ref("fct_reconciled_settlements") }}
