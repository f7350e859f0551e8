{#- What an earlier build left, or nothing where there was none: the profile, and a model's own table. -#}
{% macro profile_of_last_build() -%}
    {{ return(adapter.get_relation(database=target.database, schema='GOLD', identifier='CUSTOMER_360_PROFILE')) }}
{%- endmacro %}

{% macro table_of_last_build() -%}
    {{ return(load_relation(this)) }}
{%- endmacro %}
