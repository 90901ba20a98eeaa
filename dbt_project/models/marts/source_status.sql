-- Grain: one row per source, stream, account and business day up to as_of on which something was due, came or was
-- refused. What was landed counts whenever it came; a finding is open until a later delivery settles it.

with

days as (

    select * from {{ ref("int_source_days") }}

),

-- A delivery may cover a day by its word and by its rows, or by rows of several accounts.
deliveries as (

    select distinct
        days.source,
        days.stream,
        days.account_id,
        days.business_on,
        delivered.delivery_id,
        delivered.delivered_at,
        delivered.row_count,
        delivered.rejected_count,
        delivered.has_totals
    from days
    inner join {{ ref("int_delivered_days") }} as delivered
        on days.source = delivered.source
            and days.stream = delivered.stream
            and days.business_on = delivered.business_on
            and {{ covers_account("days", "delivered") }}

),

arrivals as (

    select
        source,
        stream,
        account_id,
        business_on,
        min(delivered_at) as arrived_at,
        count(*) as delivery_count,
        sum(row_count) as row_count,
        sum(rejected_count) as rejected_count,
        max(case when has_totals then 1 else 0 end) as with_totals
    from deliveries
    group by source, stream, account_id, business_on

),

refusals as (

    select
        days.source,
        days.stream,
        days.account_id,
        days.business_on,
        max(case when findings.reason = 'held_by_gate' then 0 else 1 end) as refused,
        max(case when findings.reason = 'totals_break' then 1 else 0 end) as with_break
    from days
    inner join {{ ref("stg_landing__findings") }} as findings
        on days.source = findings.source
            and days.stream = findings.stream
            and coalesce(days.account_id, findings.account_id, '') = coalesce(findings.account_id, days.account_id, '')
            and (
                days.business_on between findings.covers_from and findings.covers_to
                or (days.business_on is null and findings.covers_from is null)
            )
    group by days.source, days.stream, days.account_id, days.business_on

)

select
    days.source,
    days.stream,
    days.account_id,
    days.business_on,
    days.expected_by,
    arrivals.arrived_at,
    coalesce(arrivals.delivery_count, 0) as delivery_count,
    coalesce(arrivals.row_count, 0) as row_count,
    coalesce(arrivals.rejected_count, 0) as rejected_count,
    case when refusals.with_break = 1 then false when arrivals.with_totals = 1 then true end as totals_proved,
    case
        when refusals.refused = 1 then 'refused'
        when refusals.refused = 0 then 'held'
        when arrivals.source is null and days.expected_by > {{ as_of() }} then 'pending'
        when arrivals.source is null then 'missing'
        when arrivals.row_count + arrivals.rejected_count = 0 then 'confirmed_empty'
        when {{ business_date("arrivals.arrived_at") }} > days.expected_by then 'arrived_late'
        else 'arrived'
    end as verdict
from days
{% for found in ["arrivals", "refusals"] -%}
left join {{ found }}
    on days.source = {{ found }}.source
        and days.stream = {{ found }}.stream
        and coalesce(days.account_id, '') = coalesce({{ found }}.account_id, '')
        and coalesce(days.business_on, date '0001-01-01') = coalesce({{ found }}.business_on, date '0001-01-01')
{% endfor %}
