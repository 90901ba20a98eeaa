-- Grain: one row per bank credit whose text names a receipt in the books that is not a payout's.

with

receipts as (

    select
        document_id as name
    from {{ ref("int_erp_documents") }}
    where type = 'receipt'
        and payout_id is null

    union

    select voucher_no
    from {{ ref("int_erp_documents") }}
    where type = 'receipt'
        and payout_id is null
        and voucher_no is not null

),

line_words as (

    select
        bank_line_key,
        {{ words("coalesce(reference, '') || ' ' || coalesce(remark, '')") }} as word
    from {{ ref("int_bank_lines") }}
    where amount > 0

)

select distinct line_words.bank_line_key
from line_words
inner join receipts
    on line_words.word = receipts.name
