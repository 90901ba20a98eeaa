{#
    A table brought up to date. `plan`, made by tieout.dbt.partitions, says what is known of it: with a partition, only
    the rows of what something has touched (orders, delivered rows) are made anew, unless a relation that cannot tell
    what it touches has changed; else the whole table is. Where models after it listen, the rows that came and went tell
    them what they touch.
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
    {%- if plan.is_dated %}
    {{ fallen_due(relation, plan, at_the_end_of_time(sql), "true") }}
    {%- endif %}
    {%- if plan.is_heard %}
    {{ exchanged(relation, plan, "true") }}
    {%- else %}
    {{ refilled(relation, "select * from " ~ built) }}
    {%- endif %}
    drop table {{ built }};
{%- endmacro %}

{% macro partitions_replaced(relation, plan) -%}
    {%- set scope, built = relation.identifier ~ "__scope", relation.identifier ~ "__built" -%}
    {%- set is_in_scope = plan.partition ~ " in (select value from " ~ scope ~ ")" -%}
    {%- set query = restricted(sql, plan, scope) -%}
    {{ temporary(scope, plan.scope) }}
    {{ analyzed(scope) }}
    {{ temporary(built, "select * from (" ~ query ~ ") as built where " ~ is_in_scope) }}
    {%- if plan.is_dated %}
    {{ fallen_due(relation, plan, "select * from (" ~ at_the_end_of_time(query) ~ ") as later where " ~ is_in_scope, "value in (select value from " ~ scope ~ ")") }}
    {%- endif %}
    {{ exchanged(relation, plan, is_in_scope) }}
    drop table {{ scope }};
    drop table {{ built }};
{%- endmacro %}

{# The query upon nothing but the rows of what is in scope. #}
{% macro restricted(query, plan, scope) -%}
    {%- set made = namespace(query=query, ctes=[]) -%}
    {%- for name, rows in plan.inputs.items() -%}
        {%- set cte = "restricted_" ~ loop.index -%}
        {%- do made.ctes.append(cte ~ " as (" ~ rows | replace("__scope__", scope) ~ ")") -%}
        {%- set made.query = made.query | replace(name, cte) -%}
    {%- endfor -%}
    {{ return("with " ~ made.ctes | join(", ") ~ " select * from (" ~ made.query ~ ") as restricted") }}
{%- endmacro %}

{# The rows that went are deleted and those that came inserted, and they tell what they touch. #}
{% macro exchanged(relation, plan, condition) -%}
    {%- set built, places, changed = relation.identifier ~ "__built", relation.identifier ~ "__places", relation.identifier ~ "__changed" -%}
    {{ compared(places, relation, condition, built) }}
    {{ temporary(changed, differing(places, relation, built)) }}
    {%- for key, value in plan.told %}
    insert into changes.keys
    select distinct '{{ key }}', {{ value }} from {{ changed }} where {{ value }} is not null
    except select key, value from changes.keys;
    {%- endfor %}
    insert into changes.relations
    select '{{ plan.name }}' where exists (select 1 from {{ changed }})
    except select name from changes.relations;
    delete from {{ relation }} where {{ row_place() }} in (select place from {{ places }} where not is_after);
    insert into {{ relation }}
    select * from {{ built }} where {{ row_place() }} in (select place from {{ places }} where is_after);
    drop table {{ places }};
    drop table {{ changed }};
{%- endmacro %}

{# The orders whose rows will be others at a later date, though nothing else comes. Rows only compare dates with as_of:
   one that is the same at the end of time is the same on the way there. #}
{% macro fallen_due(relation, plan, later_query, of_these) -%}
    {%- set built, later, places = relation.identifier ~ "__built", relation.identifier ~ "__later", relation.identifier ~ "__places" -%}
    {{ temporary(later, later_query) }}
    {{ compared(places, built, "true", later) }}
    delete from changes.due where model = '{{ plan.name }}' and {{ of_these }};
    insert into changes.due
    select '{{ plan.name }}', ''
    union
    select '{{ plan.name }}', {{ plan.partition }} from ({{ differing(places, built, later) }}) as differing;
    drop table {{ places }};
    drop table {{ later }};
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
{% macro duckdb__refilled(relation, query) -%} {{ created(relation, query) }} {%- endmacro %}

{% macro analyzed(relation) -%} {{ adapter.dispatch("analyzed")(relation) }} {%- endmacro %}
{% macro default__analyzed(relation) -%} analyze {{ relation }}; {%- endmacro %}
{% macro duckdb__analyzed(relation) -%} {%- endmacro %}
