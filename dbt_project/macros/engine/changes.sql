{#
    A table brought up to date. `plan`, made by tieout.dbt.changes, says what is known of it: with a partition, only the
    rows of orders that something has touched are made anew, unless a relation that cannot tell its orders has changed;
    else the whole table is. Where models after it listen, the rows that came and went tell them what they touch.
#}
{% macro brought_up_to_date(relation, plan) -%}
    {%- if plan.partition and not is_wholly_touched(plan) -%}
        {{ partitions_replaced(relation, plan) }}
    {%- elif plan.is_heard or plan.is_dated -%}
        {{ wholly_replaced(relation, plan) }}
    {%- else -%}
        {{ refilled(relation, sql) }}
    {%- endif -%}
{%- endmacro %}

{# Whether anything has changed of which nobody can tell the orders, or it is not known yet which will fall due. #}
{% macro is_wholly_touched(plan) -%}
    {%- set found = run_query(
        "select (select count(*) from changes.relations where name in ('" ~ plan.watched | join("', '") ~ "')),"
        ~ " (select count(*) from changes.due where model = '" ~ plan.name ~ "')"
    ).rows[0] -%}
    {{ return(found[0] > 0 or (plan.is_dated and found[1] == 0)) }}
{%- endmacro %}

{% macro wholly_replaced(relation, plan) -%}
    {%- set built = relation.identifier ~ "__built" -%}
    {{ temporary(built, sql) }}
    {%- if plan.is_heard %}
    {{ told(relation, plan, "select * from " ~ relation, "select * from " ~ built) }}
    {%- endif %}
    {%- if plan.is_dated %}
    {{ fallen_due(relation, plan, at_the_end_of_time(sql), "true") }}
    {%- endif %}
    {{ refilled(relation, "select * from " ~ built) }}
    drop table {{ built }};
{%- endmacro %}

{% macro partitions_replaced(relation, plan) -%}
    {%- set scope, built, changed = relation.identifier ~ "__scope", relation.identifier ~ "__built", relation.identifier ~ "__changed" -%}
    {%- set is_in_scope = plan.partition ~ " in (select value from " ~ scope ~ ")" -%}
    {%- set query = restricted(sql, plan, scope) -%}
    {{ temporary(scope, plan.scope) }}
    {{ analyzed(scope) }}
    {{ temporary(built, "select * from (" ~ query ~ ") as built where " ~ is_in_scope) }}
    {{ told(relation, plan, "select * from " ~ relation ~ " where " ~ is_in_scope, "select * from " ~ built) }}
    {%- if plan.is_dated %}
    {{ fallen_due(relation, plan, "select * from (" ~ at_the_end_of_time(query) ~ ") as later where " ~ is_in_scope, "value in (select value from " ~ scope ~ ")") }}
    {%- endif %}
    {%- set is_changed = plan.partition ~ " in (select " ~ plan.partition ~ " from " ~ changed ~ ")" %}
    delete from {{ relation }} where {{ is_changed }};
    insert into {{ relation }} select * from {{ built }} where {{ is_changed }};
    drop table {{ scope }};
    drop table {{ built }};
{%- endmacro %}

{# The query upon nothing but the rows of the orders in scope. #}
{% macro restricted(query, plan, scope) -%}
    {%- set made = namespace(query=query, ctes=[]) -%}
    {%- for name, partition in plan.inputs.items() -%}
        {%- set cte = "restricted_" ~ loop.index -%}
        {%- do made.ctes.append(cte ~ " as (select * from " ~ name ~ " where " ~ partition ~ " in (select value from " ~ scope ~ "))") -%}
        {%- set made.query = made.query | replace(name, cte) -%}
    {%- endfor -%}
    {{ return("with " ~ made.ctes | join(", ") ~ " select * from (" ~ made.query ~ ") as restricted") }}
{%- endmacro %}

{# The rows that came and went, and what they touch. #}
{% macro told(relation, plan, before, after) -%}
    {%- set changed = relation.identifier ~ "__changed" -%}
    {{ temporary(changed, differing(before, after)) }}
    {%- for key, value in plan.told %}
    insert into changes.keys
    select distinct '{{ key }}', {{ value }} from {{ changed }} where {{ value }} is not null
    except select key, value from changes.keys;
    {%- endfor %}
    insert into changes.relations
    select '{{ plan.name }}' where exists (select 1 from {{ changed }})
    except select name from changes.relations;
{%- endmacro %}

{# The orders whose rows will be others at a later date, though nothing else comes. Rows only compare dates with as_of:
   one that is the same at the end of time is the same on the way there. #}
{% macro fallen_due(relation, plan, later_query, of_these) -%}
    {%- set built, later = relation.identifier ~ "__built", relation.identifier ~ "__later" -%}
    {{ temporary(later, later_query) }}
    delete from changes.due where model = '{{ plan.name }}' and {{ of_these }};
    insert into changes.due
    select '{{ plan.name }}', ''
    union
    select '{{ plan.name }}', {{ plan.partition }}
    from ({{ differing("select * from " ~ built, "select * from " ~ later) }}) as differing;
    drop table {{ later }};
{%- endmacro %}

{# The rows of either side that the other does not have as often. They are told apart by 64 bits of a hash: `except all`
   sorts whole rows, which takes up to ten times as long. #}
{% macro differing(before, after) -%}
    with differing_hashes as (
        select row_hash
        from (
            select {{ row_hash("sides") }} as row_hash, 1 as occurrence from ({{ after }}) as sides
            union all
            select {{ row_hash("sides") }}, -1 from ({{ before }}) as sides
        ) as hashed
        group by row_hash
        having sum(occurrence) <> 0
    )
    select * from ({{ before }}) as sides where {{ row_hash("sides") }} in (select row_hash from differing_hashes)
    union all
    select * from ({{ after }}) as sides where {{ row_hash("sides") }} in (select row_hash from differing_hashes)
{%- endmacro %}

{% macro at_the_end_of_time(query) -%}
    {{ return(query | replace(as_of() | trim, "cast('2999-12-31' as date)")) }}
{%- endmacro %}

{% macro temporary(name, query) -%}
    drop table if exists {{ name }};
    create temporary table {{ name }} as {{ query }};
{%- endmacro %}

{# All rows of a table. PostgreSQL keeps the table, so that views upon it stay. #}
{% macro refilled(relation, query) -%} {{ adapter.dispatch("refilled")(relation, query) }} {%- endmacro %}
{% macro default__refilled(relation, query) -%}
    truncate {{ relation }};
    insert into {{ relation }} {{ query }};
    analyze {{ relation }};
{%- endmacro %}
{% macro duckdb__refilled(relation, query) -%} create or replace table {{ relation }} as {{ query }}; {%- endmacro %}

{% macro analyzed(relation) -%} {{ adapter.dispatch("analyzed")(relation) }} {%- endmacro %}
{% macro default__analyzed(relation) -%} analyze {{ relation }}; {%- endmacro %}
{% macro duckdb__analyzed(relation) -%} {%- endmacro %}

{% macro row_hash(rows) -%} {{ return(adapter.dispatch("row_hash")(rows)) }} {%- endmacro %}
{% macro default__row_hash(rows) -%} {{ return("hash_record_extended(" ~ rows ~ ", 0)") }} {%- endmacro %}
{% macro duckdb__row_hash(rows) -%} {{ return("hash(" ~ rows ~ ")") }} {%- endmacro %}
