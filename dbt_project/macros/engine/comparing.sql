{# The places of rows of either table that the other does not have as often. They are told apart by 64 bits of a hash:
   `except all` sorts whole rows, which takes up to ten times as long. #}
{% macro compared(name, before, condition, after) -%}
    {%- set query %}
    with hashed as (
        select false as is_after, {{ row_place() }} as place, {{ row_hash("sides") }} as row_hash
        from {{ before }} as sides
        where {{ condition }}
        union all
        select true, {{ row_place() }}, {{ row_hash("sides") }} from {{ after }} as sides
    )
    select is_after, place
    from hashed
    where row_hash in (
        select row_hash from hashed group by row_hash having sum(case when is_after then 1 else -1 end) <> 0
    )
    {%- endset -%}
    {{ temporary(name, query) }}
{%- endmacro %}

{# The rows at the places that `compared` found. #}
{% macro differing(places, before, after) -%}
    select * from {{ before }} where {{ row_place() }} in (select place from {{ places }} where not is_after)
    union all
    select * from {{ after }} where {{ row_place() }} in (select place from {{ places }} where is_after)
{%- endmacro %}

{% macro row_hash(rows) -%} {{ return(adapter.dispatch("row_hash")(rows)) }} {%- endmacro %}
{% macro default__row_hash(rows) -%} {{ return("hash_record_extended(" ~ rows ~ ", 0)") }} {%- endmacro %}
{% macro duckdb__row_hash(rows) -%} {{ return("hash(" ~ rows ~ ")") }} {%- endmacro %}

{# Where a row stands in its table, for as long as nothing is written. #}
{% macro row_place() -%} {{ return(adapter.dispatch("row_place")()) }} {%- endmacro %}
{% macro default__row_place() -%} {{ return("ctid") }} {%- endmacro %}
{% macro duckdb__row_place() -%} {{ return("rowid") }} {%- endmacro %}
