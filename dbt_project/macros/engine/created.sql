{# Tables and views in DuckDB. Each build begins with an empty database: there is nothing to put aside or give rights on. #}
{% materialization table, adapter="duckdb" %} {{ return(created("table")) }} {% endmaterialization %}

{% materialization view, adapter="duckdb" %} {{ return(created("view")) }} {% endmaterialization %}

{% macro created(type) -%}
    {%- call statement("main") -%} create or replace {{ type }} {{ this }} as {{ sql }} {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({"relations": [this.incorporate(type=type)]}) }}
{%- endmacro %}
