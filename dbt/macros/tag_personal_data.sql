{#- Sets the tag PII on the columns with personal data of the model that was just built: those whose meta says `pii`.
    The tag brings the masking policies. A model without personal data gets no statement, and a table that is only added
    to has its tags. -#}
{% macro tag_personal_data() -%}
    {%- set personal = model.columns.values() | selectattr('meta.pii', 'defined') | list -%}
    {%- if personal and not is_incremental() %}
    alter {{ 'view' if model.config.materialized == 'view' else 'table' }} {{ this }} modify
        {%- for column in personal %}
        column {{ column.name }} set tag PLATFORM.PII = '{{ column.meta.pii }}'{{ ',' if not loop.last }}
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
