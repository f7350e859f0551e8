{#- The table of churn predictions, or nothing before the first model has scored anyone. -#}
{% macro churn_predictions() -%}
    {{ return(adapter.get_relation(database=target.database, schema='GOLD', identifier='CHURN_PREDICTIONS')) }}
{%- endmacro %}
