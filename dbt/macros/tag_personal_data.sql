{#- Sets the tag PII on the columns with personal data of the model that was just built: those whose meta says `pii`.
    The tag brings the masking policies. One statement a column; a model without personal data gets none, and a table that
    is only added to has them. -#}
{% macro tag_personal_data() -%}
    {%- for column in model.columns.values() if column.meta.get('pii') and not is_incremental() %}
    alter {{ 'view' if model.config.materialized == 'view' else 'table' }} {{ this }}
    modify column {{ column.name }} set tag PLATFORM.PII = '{{ column.meta.pii }}';
    {%- endfor %}
{%- endmacro %}
