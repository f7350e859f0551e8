{#- Sets the tag PII on the columns with personal data of the model that was just built: those whose meta says `pii`.
    The tag brings the masking policies. One statement a column; a model without personal data gets none. -#}
{% macro tag_personal_data() -%}
    {%- for column in model.columns.values() if column.meta.get('pii') %}
    alter {{ 'view' if model.config.materialized == 'view' else 'table' }} {{ this }}
    modify column {{ column.name }} set tag PLATFORM.PII = '{{ column.meta.pii }}';
    {%- endfor %}
{%- endmacro %}
