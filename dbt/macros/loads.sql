{#- Which rows of bronze hold, and which of them are new since the build before. -#}

{#- The last date in the name of the file that brought a bronze row; NULL where the name has none. -#}
{% macro file_date(rows='') -%}
    {%- set prefix = rows ~ '.' if rows else '' -%}
    try_to_date(regexp_substr({{ prefix }}_source_file, '.*([0-9]{4}-[0-9]{2}-[0-9]{2})', 1, 1, 'e', 1))
{%- endmacro %}

{#- Order of bronze rows of one key that puts the one that holds first: the newest load. Files of several days that one
    load brought in count by the last date in their names, then by name; rows of one file by their order in it. -#}
{% macro newest_load_first(rows='') -%}
    {%- set prefix = rows ~ '.' if rows else '' -%}
    {{ prefix }}_loaded_at desc,
    {{ file_date(rows) }} desc nulls last,
    {{ prefix }}_source_file desc nulls last,
    {{ prefix }}_file_row_number desc nulls last
{%- endmacro %}

{#- Whether a bronze row was loaded since the build before, or its day has come since. -#}
{% macro is_new_or_due(table, day) -%}
    (
        _loaded_at > {{ previous_load(table) }}
        or ({{ day }} > {{ previous_as_of_date() }} and {{ day }} <= {{ as_of_date() }})
    )
{%- endmacro %}

{#- FACT_TRANSACTION as the build before left it; nothing before the first build. Not ref(): the star is built after
    its reader, from what that one finds out. -#}
{% macro star_before() -%}
    {%- set star = adapter.get_relation(database=target.database, schema='GOLD', identifier='FACT_TRANSACTION')
        if execute -%}
    {%- if star -%} {{ star }} {%- else -%}
    (
        select
            null::integer as transaction_key,
            null::varchar as customer_id,
            null::date as transaction_date,
            null::integer as merchant_category_key,
            null::varchar as transaction_type,
            null::number(12, 2) as transaction_amount,
            null::number(12, 2) as net_amount
        from {{ source('bronze', 'bronze_transactions') }}
        where false
    )
    {%- endif -%}
{%- endmacro %}
