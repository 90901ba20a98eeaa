{# Tables and views in DuckDB: there is nothing to put aside or give rights on. #}
{% materialization table, adapter="duckdb" %}
    {%- set plan = config.get("meta").get("changes") -%}
    {% call statement("main") %}
        {%- if plan %}{{ brought_up_to_date(this, plan) }}
        {%- else %}{{ created(this, sql) }}{% endif -%}
    {% endcall %}
    {%- do adapter.commit() -%}
    {{ return({"relations": [this.incorporate(type="table")]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {% call statement("main") %} create or replace view {{ this }} as {{ sql }} {% endcall %}
    {%- do adapter.commit() -%}
    {{ return({"relations": [this.incorporate(type="view")]}) }}
{% endmaterialization %}

{% macro created(relation, query) -%}
    {%- set parts = query.split(union_all_after()) -%}
    create or replace table {{ relation }} as {{ parts[0] }};
    {%- for part in parts[1:] %}
    insert into {{ relation }} {{ part }};
    {%- endfor %}
{%- endmacro %}

{# Between the parts of a large union. DuckDB begins all joins of a query at once and holds the tables of all of them:
   the parts are worked out one after the other, so that the largest has to fit and not their sum. #}
{% macro union_all_after() -%} union all /* after it */ {%- endmacro %}
