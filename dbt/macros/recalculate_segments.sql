{#- Makes the tables that segments stand in anew from the present facts, whatever was added to them day by day:
    dbt run-operation recalculate_segments
    Nothing calls it by schedule: a build recalculates by itself what has changed. It is for whoever doubts it, and runs
    inside EXECUTE DBT PROJECT as well. -#}
{% macro recalculate_segments() -%}
    {%- for name in
        ['customer_activity', 'customer_segment_evaluations', 'customer_segment_history', 'customer_segments'] -%}
        {%- set model = graph.nodes['model.customer_360.' ~ name] -%}
        {%- set relation = api.Relation.create(database=model.database, schema=model.schema, identifier=model.alias) -%}
        {%- set query = render(model.raw_code | replace('is_incremental()', 'false')) -%}
        {%- do log('recalculating ' ~ relation, info=true) -%}
        {%- do run_query('create or replace transient table ' ~ relation ~ ' as ' ~ query) -%}
    {%- endfor -%}
{%- endmacro %}
