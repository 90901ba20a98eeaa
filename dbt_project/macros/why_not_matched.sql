{# What keeps a candidate from matching, in words: every predicate that fails, or that several fit equally well. #}
{% macro why_not_matched(row, reference_name, language) -%}
    {%- set size = "cast(cast(abs(" ~ row ~ ".amount_gap) as numeric(18, 2)) as text)" -%}
    {%- set late = "cast(" ~ row ~ ".days_late as text)" -%}
    {%- set unit = "case when " ~ row ~ ".currency = 'CNY' then '元' else " ~ row ~ ".currency end" -%}
    {%- set words = {
        "en": [
            ("amount_gap > 0", size ~ " || ' ' || " ~ row ~ ".currency || ' more'"),
            ("amount_gap < 0", size ~ " || ' ' || " ~ row ~ ".currency || ' less'"),
            ("has_other_reference", "'other ' || " ~ reference_name ~ " || ' (' || " ~ row ~ ".reference || ')'"),
            ("has_no_reference", "'names no ' || " ~ reference_name),
            ("days_late > 0", late ~ " || ' days outside the window'"),
            ("has_other_channel", "'other channel'"),
            ("is_taken", "'belongs to another item already'"),
        ],
        "zh": [
            ("amount_gap > 0", "'多 ' || " ~ size ~ " || ' ' || " ~ unit),
            ("amount_gap < 0", "'差 ' || " ~ size ~ " || ' ' || " ~ unit),
            ("has_other_reference", reference_name ~ " || '不同（' || " ~ row ~ ".reference || '）'"),
            ("has_no_reference", "'未注明' || " ~ reference_name),
            ("days_late > 0", "'超窗 ' || " ~ late ~ " || ' 天'"),
            ("has_other_channel", "'渠道不同'"),
            ("is_taken", "'已与其他单据核对'"),
        ],
    }[language] -%}
    {%- set between = {"en": "; ", "zh": "；"}[language] -%}
    coalesce(nullif(substring(
        {%- for predicate, text in words %}
        case when {{ row }}.{{ predicate }} then '{{ between }}' || {{ text }} else '' end
        {{- " ||" if not loop.last }}
        {%- endfor %}, {{ between | length + 1 }}
    ), ''), {{ "'fits as well as others: cannot be told apart'" if language == "en" else "'同样符合，无法唯一确定'" }})
{%- endmacro %}
