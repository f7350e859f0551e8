{#- Records of a build in OBSERVABILITY, written by the hooks on-run-start and on-run-end. Commands that build or test
    nothing (compile, docs generate, ...) leave no record. -#}
{% macro _is_recorded() -%}
    {{ return(execute and flags.WHICH in ('build', 'run', 'test', 'seed', 'snapshot')) }}
{%- endmacro %}

{% macro _text(value) -%}
    '{{ (value | string)[:4000] | replace("\\", "\\\\") | replace("'", "''") }}'
{%- endmacro %}

{#- Whether the command at hand builds all models. -#}
{% macro is_whole_build() -%}
    {%- set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | map(attribute='unique_id') | list -%}
    {{ return(flags.WHICH != 'test' and models | reject('in', selected_resources) | list | length == 0) }}
{%- endmacro %}

{#- The record says what this build builds on (macro this_build), and what the next one may build on. -#}
{% macro open_build_record() -%}
    {% if _is_recorded() %}
    {%- set build = decide_build() %}
    insert into {{ source('observability', 'pipeline_run_metadata') }}
        (run_id, pipeline_name, task_name, status, as_of_date, started_at, rows_processed, details)
    select
        '{{ build.run_id }}',
        'customer_360',
        'BUILD_WAREHOUSE',
        'RUNNING',
        '{{ build.as_of }}'::date,
        sysdate(),
        0,
        {{ _text(tojson({
            'invocation_id': invocation_id,
            'command': flags.WHICH,
            'writes': flags.WHICH != 'test',
            'is_whole': is_whole_build(),
            'mode': 'incremental' if build.previous else 'full',
            'run_id': build.run_id,
            'reason': build.reason,
            'as_of': build.as_of,
            'loads': build.loads,
            'project': build.project,
            'previous': build.previous,
        })) }}
    {% endif %}
{%- endmacro %}

{% macro record_test_results(results) -%}
    {%- if _is_recorded() -%}
    {%- set tests = results | selectattr('node.resource_type', 'in', ['test', 'unit_test'])
        | rejectattr('status', 'equalto', 'skipped') | list -%}
    {%- if tests %}
    insert into {{ source('observability', 'data_quality_metrics') }}
        (
            run_id, layer, table_name, check_name, check_type, status, observed_value, expected, failed_rows, details,
            measured_at
        )
    select
        '{{ this_build().run_id }}',
        column1,
        column2,
        column3,
        column4,
        column5,
        column6::float,
        column7,
        column6::integer,
        column8,
        sysdate()
    from (
        values
        {%- for result in tests %}
        {%- set tested = (graph.nodes[result.node.attached_node] if result.node.attached_node
            else graph.nodes.values() | selectattr('unique_id', 'in', result.node.depends_on.nodes) | list | last) %}
        (
            '{{ tested.schema if tested else "GOLD" }}',
            '{{ tested.name | upper if tested else "" }}',
            {{ _text(result.node.name) }},
            '{{ result.node.test_metadata.name if result.node.test_metadata else result.node.resource_type }}',
            '{{ {"pass": "PASS", "warn": "WARN"}.get(result.status | string, "FAIL") }}',
            {{ (result.failures or 0) | int }},
            '0 failing rows',
            {{ _text(result.message or "") }}
        )
        {{- "," if not loop.last }}
        {%- endfor %}
    )
    {% endif %}
    {%- endif -%}
{%- endmacro %}

{% macro close_build_record(results) -%}
    {%- if _is_recorded() -%}
    {%- set failed = results | selectattr('status', 'in', ['error', 'fail', 'runtime error', 'partial success'])
        | list -%}
    {#- a view holds no rows, and counting what it would give costs as much as asking it -#}
    {%- set built = results | selectattr('node.resource_type', 'equalto', 'model')
        | rejectattr('node.config.materialized', 'equalto', 'view')
        | selectattr('status', 'equalto', 'success') | list %}
    update {{ source('observability', 'pipeline_run_metadata') }}
    set
        status = '{{ "FAILED" if failed else "SUCCEEDED" }}',
        ended_at = sysdate(),
        rows_processed = (
            {%- for result in built %}
            (select count(*) from {{ result.node.relation_name }}){{ " +" if not loop.last }}
            {%- else %}
            0
            {%- endfor %}
        ),
        error_message = {% if failed -%}
            {{ _text(failed[0].node.name ~ ": " ~ failed[0].message ~ " (" ~ (failed | length) ~ " failed)") }}
        {%- else -%} null {%- endif %}
    where
        task_name = 'BUILD_WAREHOUSE'
        and details like '%{{ invocation_id }}%'
    {% endif %}
{%- endmacro %}

{#- Counts the rows of every layer; the procedure that also the end of a run calls. -#}
{% macro count_records() -%}
    {%- if _is_recorded() -%} call PLATFORM.COUNT_RECORDS('{{ this_build().run_id }}') {%- endif -%}
{%- endmacro %}
