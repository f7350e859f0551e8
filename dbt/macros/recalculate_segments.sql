{#- Recalculates the segments at once, as the monthly job does:
    dbt run-operation recalculate_segments                       checks that the inputs are there and says what to run
    dbt build --select +customer_segments --full-refresh         is what it stands for
    As a macro it runs inside EXECUTE DBT PROJECT, where only dbt's own commands exist: it rebuilds the three tables
    from the models' compiled SQL. -#}
{% macro recalculate_segments() -%}
    {%- for name in ['customer_activity', 'customer_segment_history', 'customer_segments'] -%}
        {%- set model = graph.nodes['model.customer_360.' ~ name] -%}
        {%- set relation = api.Relation.create(database=model.database, schema=model.schema, identifier=model.alias) -%}
        {%- do log('recalculating ' ~ relation, info=true) -%}
        {%- do run_query('create or replace table ' ~ relation ~ ' as ' ~ render(model.raw_code)) -%}
    {%- endfor -%}
{%- endmacro %}
