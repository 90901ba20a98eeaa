{#
    A model's table in DuckDB. Each build begins with an empty database: there is nothing to put aside, to keep a name for
    or to give rights on.
#}
{% materialization table, adapter="duckdb" %}
    {%- call statement("main") -%} create or replace table {{ this }} as {{ compiled_code }} {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({"relations": [this.incorporate(type="table")]}) }}
{% endmaterialization %}
