{# The worst severity that a measure (an amount in major units, an age in days) earns by itself. #}
{% macro severity_tier(measure, value) -%}
    coalesce((
        select min(tiers.severity)
        from {{ ref("severity_tiers") }} as tiers
        where tiers.measure = '{{ measure }}'
            and {{ value }} >= tiers.at_least
    ), 'P4')
{%- endmacro %}

{# The owner whom the merchant named for a code, the more specific first; else the code's own. #}
{% macro owner_of(row) -%}
    coalesce((
        select owners.owner
        from {{ ref("owners") }} as owners
        where owners.code = {{ row }}.code
            and (owners.platform is null or owners.platform = {{ row }}.platform)
            and (owners.shop_id is null or owners.shop_id = {{ row }}.shop_id)
            and owners.valid_from <= {{ as_of() }}
            and coalesce(owners.valid_to >= {{ as_of() }}, true)
        order by
            case when owners.shop_id is null then 1 else 0 end,
            case when owners.platform is null then 1 else 0 end,
            owners.valid_from desc
        limit 1
    ), {{ row }}.code_owner)
{%- endmacro %}

{# Where a row stands, its delivery joined: source/stream/file name:line. #}
{% macro place_of_row(row, delivery) -%}
    {{ delivery }}.source || '/' || {{ delivery }}.stream || '/' || {{ delivery }}.file_name
    || ':' || substring({{ row }}, 18)
{%- endmacro %}

{# A code's wording and a reason's, with the row's values put in place of {names}. #}
{% macro explanation(code_text, reason_text, language) -%}
    {%- set values = {
        "entity": "graded.entity_id", "order": "graded.order_id", "refund": "graded.refund_id",
        "payout": "graded.payout_id", "batch": "graded.batch_id", "line": "graded.bank_line_id",
        "account": "graded.account_id", "platform": "graded.platform", "channel": "graded.channel",
        "ours": "cast(graded.ours_amount as text)", "theirs": "cast(graded.theirs_amount as text)",
        "ours_size": "cast(abs(graded.ours_amount) as text)", "theirs_size": "cast(abs(graded.theirs_amount) as text)",
        "difference": "cast(abs(graded.difference_amount) as text)", "currency": "graded.currency",
        "happened": "cast(graded.happened_on as text)", "due": "cast(graded.arrival_due_on as text)",
        "counterpart": "graded.counterpart", "candidates": "graded.candidates", "document": "graded.document_id",
    } -%}
    {%- set text = namespace(sql=code_text ~ " || coalesce(' ' || " ~ reason_text ~ ", '')") -%}
    {%- for name, value in values.items() -%}
        {%- set text.sql = "replace(" ~ text.sql ~ ", '{" ~ name ~ "}', coalesce(" ~ value ~ ", '–'))" -%}
    {%- endfor -%}
    {{ text.sql }}
{%- endmacro %}
