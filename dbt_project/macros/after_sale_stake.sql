{#
    What is at stake in a case, by its finding: our side's amount, their side's, and the day of it. A refund, or goods
    at unit price; what we owe is negative, what we should have back is positive.
#}
{% macro after_sale_stake(side) -%}
    {%- set places = {"ours": 0, "theirs": 1, "day": 2} -%}
    {%- set at_stake = {
        "stuck": ("-claimed_amount", "0", "last_step_on"),
        "not_refunded": ("-claimed_amount", "0", "received_on"),
        "not_stocked": ("unstocked_amount", "0", "refund_on"),
        "no_parcel": ("paid_amount", "0", "refund_on"),
        "return_in_transit": ("paid_amount", "0", "refund_on"),
        "not_sent": ("-unsent_amount", "0", "received_on"),
        "not_returned": ("unreturned_amount", "0", "exchange_on"),
        "price_difference": ("-received_amount", "-received_amount - price_difference_amount", "exchange_on"),
        "reshipped_and_refunded": ("0", "-order_refunded_amount", "greatest(order_refunded_on, reship_on)"),
    } -%}
    {%- set goods = ("good_goods_amount", "claimed_goods_amount", "received_on")[places[side]] -%}
    {%- set exchanged = ("0", "-exchange_excess_amount", "exchange_on")[places[side]] -%}
    {%- set reshipped = ("reship_excess_amount - reship_amount", "-reship_amount", "reship_on")[places[side]] -%}
    case
        when finding like 'goods%' then {{ goods }}
        when finding = 'sent_twice' and type = 'exchange' then {{ exchanged }}
        when finding = 'sent_twice' then {{ reshipped }}
        {% for finding, amounts in at_stake.items() -%}
        when finding = '{{ finding }}' then {{ amounts[places[side]] }}
        {% endfor -%}
    end
{%- endmacro %}
