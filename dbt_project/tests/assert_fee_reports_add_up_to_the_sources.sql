-- Returns the report of fees whose total is not what settlement lines and channel bills charge.

with

sources as (

    select coalesce(sum(amount), 0) as amount
    from (
        select cast(lines.amount as numeric(18, 2)) as amount
        from {{ ref("int_settlement_lines") }} as lines
        left join {{ ref("int_settlement_lines_linked") }} as linked
            on lines.settlement_line_key = linked.settlement_line_key
        where coalesce(linked.known_type, '') not in ('sale', 'refund', 'subsidy', 'adjustment')

        union all

        select cast(coalesce(fee_amount, 0) + case when type in ('fee', 'fee_reversal') then amount else 0 end as numeric(18, 2))
        from {{ ref("int_channel_transactions") }}
        where status = 'success'
    ) as charges

),

reports as (

    {% for report in ["platform", "shop", "month", "type", "product"] -%}
    select '{{ report }}' as report, coalesce(sum(charged_amount), 0) as amount from {{ ref("rpt_fees_by_" ~ report) }}
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    reports.report,
    reports.amount,
    sources.amount as source_amount
from reports
cross join sources
where reports.amount <> sources.amount
