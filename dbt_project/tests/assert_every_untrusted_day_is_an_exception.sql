-- Returns what source_status and the exceptions say differently: days that are missing, refused or held without a DQ01,
-- and DQ01 whose day is none of these. Rows that could not be read are a DQ01 of a day that did arrive.

with

-- A finding that covers several days or accounts is one exception.
expected as (

    select {{ exception_id(
        "sources",
        "'source_day'",
        "days.source || '/' || days.stream || '|' || coalesce(days.account_id, '') || '|' || cast(days.business_on as text)",
        "cast(null as text)"
    ) }} as exception_id
    from {{ ref("source_status") }} as days
    where days.verdict = 'missing'

    union

    select
        {{ exception_id("sources", "'source_day'", "coalesce(findings.finding_id, '')", "cast(null as text)") }}
    from {{ ref("source_status") }} as days
    left join {{ ref("stg_landing__findings") }} as findings
        on days.source = findings.source
            and days.stream = findings.stream
            and coalesce(days.account_id, findings.account_id, '') = coalesce(findings.account_id, days.account_id, '')
            and (
                days.business_on between findings.covers_from and findings.covers_to
                or (days.business_on is null and findings.covers_from is null)
            )
    where days.verdict in ('refused', 'held')

),

reported as (

    select exception_id
    from {{ ref("exceptions") }}
    where leg = 'sources'
        and reason <> 'rows_rejected'

)

(select 'no exception' as lacks, exception_id from expected except select 'no exception', exception_id from reported)
union all
(select 'no day' as lacks, exception_id from reported except select 'no day', exception_id from expected)
