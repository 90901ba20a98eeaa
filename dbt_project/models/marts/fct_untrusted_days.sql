-- Grain: one row per DQ01 whose days are known: what is missing there (channel_bill, bank_statement or orders), of
-- which channel and account, so that what merely follows from it can name it.

with

days as (

    select
        source,
        stream,
        account_id,
        business_on as covers_from,
        business_on as covers_to,
        source || '/' || stream || '|' || coalesce(account_id, '') || '|' || cast(business_on as text) as exception_key
    from {{ ref("fct_source_days") }} as days
    where not has_arrived
        -- What a finding covers is reported as that finding.
        and not exists (
            select 1
            from {{ ref("stg_landing__findings") }} as findings
            where days.source = findings.source
                and days.stream = findings.stream
                and days.business_on between findings.covers_from and findings.covers_to
                and coalesce(days.account_id, findings.account_id, '') = coalesce(findings.account_id, days.account_id, '')
        )

    union all

    select
        source,
        stream,
        account_id,
        covers_from,
        covers_to,
        finding_id as exception_key
    from {{ ref("stg_landing__findings") }}
    where covers_from <= {{ as_of() }}

)

select
    case
        when stream in ('trade', 'channel_transactions') then 'channel_bill'
        when source = 'bank' or stream = 'bank_lines' then 'bank_statement'
        when stream = 'orders' then 'orders'
        else stream
    end as missing,
    case when stream = 'trade' then source end as channel,
    account_id,
    covers_from,
    covers_to,
    {{ exception_id("sources", "'source_day'", "exception_key", "cast(null as text)") }} as exception_id
from days
