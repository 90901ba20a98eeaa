{# Tables and views in DuckDB: there is nothing to put aside or give rights on. #}
{% materialization table, adapter="duckdb" %}
    {%- set plan = config.get("meta").get("changes") -%}
    {% call statement("main") %}
        {%- if plan %}{{ brought_up_to_date(this, plan) }}
        {%- else %}create or replace table {{ this }} as {{ sql }}{% endif -%}
    {% endcall %}
    {%- do adapter.commit() -%}
    {{ return({"relations": [this.incorporate(type="table")]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {% call statement("main") %} create or replace view {{ this }} as {{ sql }} {% endcall %}
    {%- do adapter.commit() -%}
    {{ return({"relations": [this.incorporate(type="view")]}) }}
{% endmaterialization %}
