-- Grain: one row per fee: a settlement line that is charged or given back, a channel transaction with a fee, or a fee
-- that the rate book expects and nothing shows yet. What is expected stands at the first line of an order's component,
-- or transaction of a payment's; `is_in_rate_book` says whether there is an expectation at all.

with

lines as (

    select *, cast(settled_on as varchar) || '|' || settlement_line_key as place
    from {{ ref("fct_settlement_lines") }}
    where coalesce(component, '') not in ('sale', 'refund', 'subsidy', 'adjustment')

),

-- Not numbered in a window, which would sort the lines with all that they carry.
first_lines as (select order_key, component, min(place) as place from lines group by order_key, component),

components as (

    select
        *,
        case when component in ('commission', 'channel_fee') then base_amount end as own_base_amount
    from {{ ref("fct_settlement_components") }}
    where component in ('commission', 'commission_reversal', 'channel_fee', 'channel_fee_reversal')
        and excluded_reason is null

),

charges as (

    select
        *,
        case when payable_id is not null then platform || '|' || order_id end as order_key,
        cast(occurred_on as varchar) || '|' || transaction_key as place
    from {{ ref("int_channel_charges") }}
    where charged_amount <> 0

),

first_charges as (select payment_key, component, min(place) as place from charges group by payment_key, component),

channel_fees as (

    select
        *,
        case when order_id is not null then platform || '|' || order_id end as order_key,
        case when component = 'channel_fee' then base_amount end as own_base_amount
    from {{ ref("fct_channel_fees") }}
    where excluded_reason is null

)

{% set same = {"platform": "platform", "shop_id": "shop_id", "order_key": "order_key", "currency": "currency"} %}
{% set unseen = dict(same, component="component", type="component", charged_on="since_on", charged_amount="0",
    expected_amount="expected_amount", base_amount="own_base_amount", is_in_rate_book="true", code="code") %}

select
    {{ fee_columns(("settlement", "lines.settlement_line_key"), "settlement", {
        "platform": "lines.platform", "shop_id": "lines.shop_id", "order_key": "lines.order_key",
        "component": "coalesce(lines.component, lines.type)", "type": "coalesce(lines.known_type, lines.type)",
        "currency": "lines.currency", "charged_on": "lines.settled_on", "charged_amount": "lines.amount",
        "expected_amount": "case when lines.place = first_lines.place then components.expected_amount end",
        "base_amount": "case when lines.place = first_lines.place then components.own_base_amount end",
        "is_in_rate_book": "components.order_key is not null",
        "code": "coalesce(lines.code, components.code)", "source_row": "lines.source_row",
    }) }}
from lines
left join components
    on lines.order_key = components.order_key
        and lines.component = components.component
left join first_lines on lines.order_key = first_lines.order_key and lines.component = first_lines.component
union all
select {{ fee_columns(("expected", "order_key || '|' || component"), "settlement", dict(unseen, source_row="order_source_row")) }}
from components
where line_count = 0
    and is_settled
    and since_on is not null
union all
select
    {{ fee_columns(("channel", "charges.transaction_key"), "channel", {
        "platform": "charges.platform", "channel": "charges.channel", "shop_id": "charges.shop_id",
        "order_key": "charges.order_key", "component": "charges.component", "type": "charges.component",
        "currency": "charges.currency", "charged_on": "charges.occurred_on", "charged_amount": "charges.charged_amount",
        "expected_amount": "case when charges.place = first_charges.place then fees.expected_amount end",
        "base_amount":
            "case when charges.place = first_charges.place and charges.component = 'channel_fee' then payments.amount end",
        "is_in_rate_book": "fees.payment_key is not null", "code": "fees.code", "source_row": "charges.source_row",
    }) }}
from charges
left join channel_fees as fees
    on charges.payment_key = fees.payment_key
        and charges.component = fees.component
left join first_charges on charges.payment_key = first_charges.payment_key and charges.component = first_charges.component
left join {{ ref("int_channel_charges") }} as payments
    on charges.payment_key = payments.transaction_key
union all
select {{ fee_columns(("expected", "payment_key || '|' || component"), "channel", dict(unseen, channel="channel", source_row="source_row")) }}
from channel_fees
where charge_count = 0
    and expected_amount <> 0
