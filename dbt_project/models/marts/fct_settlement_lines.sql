-- Grain: one row per settlement line with what it belongs to and what that means. The one place where the settlement
-- leg decides about a line alone; a line of an order's component shares that component's state.

with

booked_types as (

    -- Whether the books deliver documents of this kind at all: else nothing tells a booked charge from another.
    select max(case when type in ('fee', 'other') then 1 else 0 end) as has_fee_documents
    from {{ ref("int_erp_documents") }}

),

lines as (

    select
        lines.*,
        penalties.settlement_line_key is not null and coalesce(booked_types.has_fee_documents, 0) = 1 as is_to_be_booked,
        penalties.document_id,
        {{ add_days("lines.settled_on", "least(coalesce(penalties.longest_days, penalties.window_days), penalties.window_days)") }}
            as booked_by,
        coalesce(repeated.undone_count, 0) as undone_count,
        repeated.line_count as repeated_count,
        row_number() over (
            partition by lines.order_key, lines.known_type, lines.refund_id, lines.amount
            order by lines.settled_on, lines.settlement_line_key
        ) as place
    from {{ ref("int_settlement_lines_linked") }} as lines
    cross join booked_types
    left join {{ ref("int_penalties_matched_to_documents") }} as penalties
        on lines.settlement_line_key = penalties.settlement_line_key
    left join {{ ref("int_settlement_lines_repeated") }} as repeated
        on lines.component = 'other'
            and lines.order_key = repeated.order_key
            and repeated.component = 'other'
            and lines.known_type = repeated.known_type
            and coalesce(lines.refund_id, '') = repeated.refund_id
            and lines.amount = repeated.amount

),

decided as (

    select
        *,
        case
            when amount = 0 then null
            when known_type is null then 'ST05'
            when order_key is null and coalesce(order_id, refund_id) is not null then 'ST02'
            when place between 2 and repeated_count - undone_count then 'ST06'
            when is_to_be_booked and document_id is null and booked_by < {{ as_of() }} and undone_count = 0 then 'ST08'
        end as code
    from lines

)

select
    decided.platform,
    decided.batch_id,
    decided.line_id,
    decided.settlement_line_key,
    decided.batch_key,
    decided.shop_id,
    decided.order_id,
    decided.refund_id,
    decided.order_key,
    decided.type,
    decided.known_type,
    decided.component,
    decided.amount,
    decided.currency,
    decided.settled_on,
    decided.source_row,
    decided.document_id,
    decided.code,
    components.code as component_code,
    case
        when decided.code is not null then 'exception'
        when components.state is not null then components.state
        when decided.is_to_be_booked and decided.document_id is null and decided.undone_count = 0 then 'pending'
        when decided.document_id is not null then 'matched'
        else 'excluded'
    end as state,
    coalesce(decided.code, components.code, components.excluded_reason,
        case
            when decided.is_to_be_booked and decided.document_id is null and decided.undone_count = 0 then 'not_booked_yet'
            when components.state is not null then 'order'
            when decided.document_id is not null then 'document'
            when decided.order_key is null then 'of_no_order'
            else 'in_no_rate_book'
        end) as reason
from decided
left join {{ ref("fct_settlement_components") }} as components
    on decided.order_key = components.order_key
        and decided.component = components.component
