{#- A model whose pre-hooks take out rows and whose query brings them anew, in one transaction, where a build builds on
    the one before; else the whole table.
    dbt's `incremental` with the strategy `append` makes a view of the query first, and asks three times for columns, in
    case they changed since: five of its statements, and half of a small model's time. Here they cannot have changed:
    a build's record has a digest of all models, and with another one the next makes all tables anew. Columns are
    written by their names; the model's YAML file has all of them, in the order of the query. -#}
{% materialization incremental_append, adapter='snowflake' -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_relation(this) -%}
    {%- if existing is not none and not existing.is_table -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {#- A semicolon of its own line ends a statement whose last line is a comment, too. -#}
    {%- call statement('main') -%}
        {%- if is_incremental() %}
            begin;
            {%- for hook in pre_hooks %}
            {{ render(hook.sql) }}
            ;
            {%- endfor %}
            insert into {{ target }} ({{ model.columns | join(', ') }})
            {{ compiled_code }}
            ;
            commit
        {%- else -%}
            {{ create_table_as(False, target, compiled_code) }}
        {%- endif -%}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, not is_incremental())) -%}
    {%- do persist_docs(target, model) -%}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}

{#- dbt's own knows its own materialization only. -#}
{% macro is_incremental() -%}
    {{ return(execute and model.config.materialized in ('incremental', 'incremental_append') and not should_full_refresh()) }}
{%- endmacro %}
