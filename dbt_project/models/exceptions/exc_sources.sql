with

missing as (

    select
        {{ break_columns({
            "code": "'DQ01'",
            "entity_type": "'source_day'",
            "entity_id": "days.source || '/' || days.stream || '|' || coalesce(days.account_id, '') || '|' || cast(days.business_on as text)",
            "entity_key": "days.source || '/' || days.stream || '|' || coalesce(days.account_id, '') || '|' || cast(days.business_on as text)",
            "account_id": "days.account_id",
            "reason": "'missing'",
            "happened_on": "days.expected_by",
        }) }}
    from {{ ref("fct_source_days") }} as days
    left join {{ ref("stg_landing__findings") }} as findings
        on days.source = findings.source
            and days.stream = findings.stream
            and days.business_on between findings.covers_from and findings.covers_to
            and coalesce(days.account_id, findings.account_id, '') = coalesce(findings.account_id, days.account_id, '')
    where not days.has_arrived
        and findings.finding_id is null

),

untrusted as (

    select
        {{ break_columns({
            "code": "'DQ01'",
            "entity_type": "'source_day'",
            "entity_id": "source || '/' || stream || '|' || coalesce(account_id, '') || '|' || coalesce(cast(covers_from as text), file_name)",
            "entity_key": "finding_id",
            "account_id": "account_id",
            "reason": "reason",
            "happened_on": "covers_to",
            "counterpart": "message",
        }) }}
    from {{ ref("stg_landing__findings") }}
    where coalesce(covers_from <= {{ as_of() }}, true)

),

rejected as (

    select
        {{ break_columns({
            "code": "'DQ01'",
            "entity_type": "'source_day'",
            "entity_id": "source || '/' || stream || '|' || coalesce(account_id, '') || '|' || file_name",
            "entity_key": "delivery_id",
            "account_id": "account_id",
            "reason": "'rows_rejected'",
            "happened_on": "covers_to",
            "counterpart": "file_name || ' (' || cast(rejected_count as text) || ')'",
        }) }}
    from {{ ref("stg_landing__deliveries") }}
    where rejected_count > 0
        and coalesce(covers_from <= {{ as_of() }}, true)

),

breaks as (

    select * from missing
    union all
    select * from untrusted
    union all
    select * from rejected

)

select * from ({{ exception_rows("sources", "breaks") }}) as exceptions
