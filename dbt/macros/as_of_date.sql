{#- The day on which every rolling window ends, as a date literal: the variable `as_of_date`, or what the newest
    run's record says. A literal lets the engine skip blocks of rows by date, which a subquery would not. -#}
{% macro as_of_date() -%}
    '{{ this_build().as_of if execute else "1970-01-01" }}'::date
{%- endmacro %}

{#- The newest run of the task graph: its id and its as_of_date as text. A build outside any run bears dbt's own id. -#}
{% macro newest_run() -%}
    {%- set newest_run -%}
        select
            run_id,
            to_char(as_of_date, 'YYYY-MM-DD')
        from {{ source('observability', 'pipeline_run_metadata') }}
        where task_name = 'RUN_PIPELINE'
        order by started_at desc
        limit 1
    {%- endset -%}
    {%- set rows = run_query(newest_run).rows -%}
    {%- set run = {'run_id': rows[0][0], 'as_of': rows[0][1]} if rows else {'run_id': invocation_id, 'as_of': none} -%}
    {%- if var('as_of_date') is not none -%}
        {%- do run.update({'as_of': var('as_of_date') | string}) -%}
    {%- endif -%}
    {%- if not run.as_of -%}
        {{ exceptions.raise_compiler_error(
            "as_of_date is unknown: no run is recorded in OBSERVABILITY.PIPELINE_RUN_METADATA."
            ~ " Execute the root task RUN_PIPELINE, or pass --vars '{as_of_date: 2024-12-31}'."
        ) }}
    {%- endif -%}
    {{ return(run) }}
{%- endmacro %}
