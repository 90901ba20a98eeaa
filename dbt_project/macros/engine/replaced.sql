{#
    Tables and views on PostgreSQL, each replaced in one statement of one transaction. dbt's own way keeps the old one
    beside the new one for readers, at some twenty calls a model: here nobody reads a model while it is built (people
    read `published`), and the calls were most of the cost of a small day.
#}
{% materialization table, adapter="postgres" %}
    {%- set relation = this.incorporate(type="table") -%}
    {%- set plan = config.get("meta").get("changes") -%}
    {% call statement("main") %}
        {%- if plan %}
        {{ brought_up_to_date(relation, plan) }}
        {%- else %}
        {{ dropped(load_cached_relation(this)) }}
        create table {{ relation }} as {{ sql }};
        analyze {{ relation }};
        {%- endif %}
    {% endcall %}
    {{ adapter.commit() }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{% materialization view, adapter="postgres" %}
    {%- set relation = this.incorporate(type="view") -%}
    {% call statement("main") %}
        {% if not config.get("meta").get("changes") %}{{ dropped(load_cached_relation(this)) }}{% endif %}
        create or replace view {{ relation }} as {{ sql }};
    {% endcall %}
    {{ adapter.commit() }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{# What stood there yesterday goes, with the views upon it: they are built again after it. #}
{% macro dropped(relation) -%}
    {%- if relation %}drop {{ relation.type }} if exists {{ relation }} cascade;{% endif -%}
{%- endmacro %}
