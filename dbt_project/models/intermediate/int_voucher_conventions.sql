-- Grain: one row per kind of documents that vouchers carry, with what of a voucher its documents come to: the debits, or
-- the largest line (where tax or cost of goods stands beside it).

with

plain as (

    select *
    from {{ ref("int_vouchers") }}
    where is_in_ledger
        and unusual_count = 0

),

bases as (

    {{ prevailing_basis("plain", ["document_type"], {
        "debits": "debit_amount = carried_amount",
        "largest_line": "largest_amount = carried_amount",
    }) }}

),

named as (

    select
        document_type,
        {{ mean("case when is_in_ledger then 1 else 0 end") }} as found_share
    from {{ ref("int_vouchers") }}
    where valid_count > 0
    group by document_type

)

select
    named.document_type,
    bases.basis,
    named.found_share
from named
left join bases
    on named.document_type = bases.document_type
