{#
    A stream's rows, each with the delivery it came in; of several rows of one key the last delivered stays
    (delivery_rank, then line). A row without an id of its own is keyed by its content and occurrence: identical
    legitimate rows stay two, the same file delivered twice stays once. `row_id` is the key's column that may be empty.
    `together` are the columns whose equal values make rows depend on each other, where that is more than the key.
#}
{% macro latest_delivery(stream, key, row_id=none, together=none) %}
    {%- do rows_stand_together(stream, key_of(together or key, none if together else row_id)) -%}
    {{- latest_of(source("raw", stream), key, row_id) -}}
{% endmacro %}

{#
    What an update must know of a view upon a stream (tieout.dbt.partitions): which of the stream's rows have to be read
    together, so that the view gives of them what it gives of all.
#}
{% macro rows_stand_together(stream, key) -%}
    {%- do config(meta={"stream": stream, "together": key | trim}) -%}
{%- endmacro %}

{# The same for a relation or CTE that has the lineage columns. #}
{% macro latest_of(relation, key, row_id=none) %}
    select *
    from (
        select
            stream.*,
            row_number() over (
                partition by {{ key_of(key, row_id) }}
                order by batches.delivery_rank desc, stream.line_number desc
            ) as delivery_order
        from {{ relation }} as stream
        inner join {{ source("raw", "batches") }} as batches
            on stream.delivery_id = batches.batch_id
    ) as ranked
    where delivery_order = 1
{% endmacro %}

{% macro key_of(key, row_id=none) -%}
    {%- for column in key %}coalesce(stream.{{ column }}, ''){{ ", " if not loop.last or row_id }}{% endfor %}
    {%- if row_id %}{{ row_identifier("stream." ~ row_id, "stream.") }}{% endif %}
{%- endmacro %}

{# A row's own id, or its content's hash and occurrence where the source gives none. #}
{% macro row_identifier(column, prefix="") -%}
    coalesce(nullif({{ column }}, ''), {{ prefix }}row_hash || '/' || cast({{ prefix }}occurrence_number as varchar))
{%- endmacro %}
