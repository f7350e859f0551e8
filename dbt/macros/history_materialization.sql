{#- Materialization `history`: a table that a build adds to, or makes anew (macro builds_on_previous). Where it adds, the
    model's query returns changes: whatever has their keys (config unique_key) is taken out, and they are put in, except
    those for which the condition `meta.kept_where` does not hold: transactions that no longer count, sums that no
    transaction is left in. dbt's own `incremental` would decide by itself when to make a table anew, and ask for the
    columns of both tables each time: they are the documented ones (a test holds the models to that), and a changed model
    makes everything anew. -#}
{% materialization history, adapter='snowflake' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if adds_to_history() -%}
        {#- temporary: gone with dbt's connection -#}
        {%- set changes = make_temp_relation(target) -%}
        {%- call statement('changes') -%} {{ create_table_as(true, changes, compiled_code) }} {%- endcall -%}
        {%- call statement('main') -%} {{ _replace_rows(target, changes) }} {%- endcall -%}
    {%- else -%}
        {%- set existing = load_cached_relation(this) -%}
        {%- if existing is not none and not existing.is_table -%} {%- do drop_relation_if_exists(existing) -%} {%- endif -%}
        {%- call statement('main') -%} {{ create_table_as(false, target, compiled_code) }} {%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro _replace_rows(target, changes) -%}
    {%- set key = config.require('unique_key') -%}
    {%- set keys = [key] if key is string else key -%}
    {%- set columns = model.columns.values() | map(attribute='name') | join(', ') -%}
    {%- set kept_where = config.get('meta', {}).get('kept_where') -%}
    {%- set replacement -%}
    delete from {{ target }}
    where ({{ keys | join(', ') }}) in (select {{ keys | join(', ') }} from {{ changes }});

    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ changes }}
    {{ 'where ' ~ kept_where if kept_where }}
    {%- endset -%}
    {{ return(snowflake_dml_explicit_transaction(replacement)) }}
{%- endmacro %}
