{#- What a build may build on. A build is incremental where the one before is whole and bronze still holds what that one
    read; in every other case all tables are made anew. So one decision holds for all models of a build, no model keeps
    a mark of its own, and a build that was cut off, or ran in part, is made good by the next. The decision is taken
    once, when the build opens its record; the models read it there. -#}

{#- dbt's own switch between an incremental and a full build of a model, which is_incremental() asks too: here the
    build's record decides, and with it --full-refresh. -#}
{% macro should_full_refresh() -%}
    {{ return(this_build().previous is none) }}
{%- endmacro %}

{#- The present build, as its record has it (macro open_build_record). Commands that leave no record decide anew.
    run_id: of the task graph's run; as_of: the day on which windows end, as text; loads: rows and newest load of each
    bronze table; project: a digest of models and variables; previous: as_of and loads of the build before, where this
    one builds on it, else none; reason: why not, in words.
    It becomes a variable of the invocation when it is asked for first, so that the models do not read the record one by
    one: up to eleven times each, a fifth of a further day. Where dbt does not let it, they do read it. -#}
{% macro this_build() -%}
    {%- if var('this_build', none) is none -%}
        {%- do invocation_args_dict.get('vars', {}).update({'this_build': _recorded_build()}) -%}
    {%- endif -%}
    {{ return(var('this_build', none) or _recorded_build()) }}
{%- endmacro %}

{% macro _recorded_build() -%}
    {%- set record -%}
        select details
        from {{ source('observability', 'pipeline_run_metadata') }}
        where
            task_name = 'BUILD_WAREHOUSE'
            and details like '%{{ invocation_id }}%'
    {%- endset -%}
    {%- if not _is_recorded() -%} {{ return(decide_build()) }} {%- endif -%}
    {%- set rows = run_query(record).rows -%}
    {%- if not rows -%}
        {#- dbt goes on where a hook fails; what is built without a record, the next build would not know of. -#}
        {{ exceptions.raise_compiler_error('The build has left no record, so nothing is built: see the hook on-run-start.') }}
    {%- endif -%}
    {{ return(fromjson(rows[0][0])) }}
{%- endmacro %}

{#- as_of_date of the build before, as a date literal; where all is made anew this build's own, so that nothing is new. -#}
{% macro previous_as_of_date() -%}
    {%- set build = this_build() if execute else {'as_of': '1970-01-01'} -%}
    '{{ (build.previous or build).as_of }}'::date
{%- endmacro %}

{#- The newest load that the build before read from a bronze table, as a timestamp literal; where all is made anew the
    newest one there is, so that nothing is new. -#}
{% macro previous_load(table) -%}
    {%- set build = this_build() if execute else {'loads': {table: {'loaded_at': '1970-01-01'}}} -%}
    '{{ (build.previous or build).loads[table].loaded_at }}'::timestamp_ntz
{%- endmacro %}

{#- Decides what the build that begins may build on; returns what this_build() describes. -#}
{% macro decide_build() -%}
    {%- set build = newest_run() -%}
    {%- set previous = _previous_build() -%}
    {%- set loads = _bronze_loads(previous) -%}
    {%- do build.update({'project': _project_digest(build.as_of), 'loads': loads.found}) -%}
    {%- do build.update({'reason': _obstacle(build, previous, loads.kept)}) -%}
    {%- do build.update({'previous': none if build.reason else {'as_of': previous.as_of, 'loads': previous.loads}}) -%}
    {{ return(build) }}
{%- endmacro %}

{#- Why a build cannot build on the one before, or an empty text. -#}
{% macro _obstacle(build, previous, kept) -%}
    {%- if flags.FULL_REFRESH -%} {{ return('asked for') }} {%- endif -%}
    {%- if _is_recorded() and not is_whole_build() -%} {{ return('a part is built') }} {%- endif -%}
    {%- if not previous -%} {{ return('no whole build precedes') }} {%- endif -%}
    {%- if previous.project != build.project -%} {{ return('models or variables changed') }} {%- endif -%}
    {%- if previous.as_of > build.as_of -%} {{ return('as_of_date moved back') }} {%- endif -%}
    {%- for table, load in previous.loads.items() if kept[table] != load.rows -%}
        {{ return(table ~ ' no longer holds the rows that were read') }}
    {%- endfor -%}
    {%- for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        if node.config.materialized != 'ephemeral' -%}
        {%- set relation = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
        {%- if not relation -%}
            {{ return(node.name ~ ' is missing') }}
        {%- elif relation.is_view != (node.config.materialized == 'view') -%}
            {{ return(node.name ~ ' is of another kind') }}
        {%- endif -%}
    {%- endfor -%}
    {{ return('') }}
{%- endmacro %}

{#- What the newest build that wrote tables left in its record, or none where it failed, or left models out. -#}
{% macro _previous_build() -%}
    {%- set newest -%}
        select status, details
        from {{ source('observability', 'pipeline_run_metadata') }}
        where
            task_name = 'BUILD_WAREHOUSE'
            and details like '%"writes": true%'
            and details not like '%{{ invocation_id }}%'
        order by started_at desc
        limit 1
    {%- endset -%}
    {%- set rows = run_query(newest).rows -%}
    {%- set details = fromjson(rows[0][1]) if rows and rows[0][0] == 'SUCCEEDED' else {} -%}
    {{ return(details if details.get('is_whole') else none) }}
{%- endmacro %}

{#- Rows and newest load of each bronze table, and how many of the rows were there when the build before read them. -#}
{% macro _bronze_loads(previous) -%}
    {%- set tables = graph.sources.values() | selectattr('source_name', 'equalto', 'bronze') | sort(attribute='name') -%}
    {%- set counts -%}
        {%- for table in tables %}
        select
            '{{ table.name }}',
            count(*),
            to_char(max(_loaded_at), 'YYYY-MM-DD HH24:MI:SS.FF9'),
            count_if(_loaded_at <= '{{ previous.loads[table.name].loaded_at if previous else "1970-01-01" }}'::timestamp_ntz)
        from {{ table.relation_name }}
        {{ "union all" if not loop.last }}
        {%- endfor %}
    {%- endset -%}
    {%- set loads = {'found': {}, 'kept': {}} -%}
    {%- for row in run_query(counts).rows -%}
        {%- do loads.found.update({row[0]: {'rows': row[1] | int, 'loaded_at': row[2] or '1970-01-01'}}) -%}
        {%- do loads.kept.update({row[0]: row[3] | int}) -%}
    {%- endfor -%}
    {{ return(loads) }}
{%- endmacro %}

{#- A digest of what decides the tables' rows and tags besides the data. Of the macros the expressions are in it; what
    else a build goes by (hooks, this file) is not: after a change of that, build with --full-refresh. -#}
{% macro _project_digest(as_of) -%}
    {%- set parts = [
        var('fiscal_year_start_month'), var('segment_history_start'), var('segment_history_months'),
        rounded_quotient('a', 'b'), percent_change('a', 'b', 'c'), full_years_between('a', 'b'), date_key('a'),
        is_within('a', 'b', 0, 1), surrogate_key(['a']), transaction_key('a'), order_in_month(),
        opens_new_version('a', 'b'), newest_load_first()
    ] -%}
    {#- With an as_of_date so early that segment histories begin before the fixed day, their beginning moves monthly. -#}
    {%- set fixed = modules.datetime.date.fromisoformat(var('segment_history_start')) -%}
    {%- set day = modules.datetime.date.fromisoformat(as_of) -%}
    {%- if (day.year - fixed.year) * 12 + day.month - fixed.month < var('segment_history_months') -%}
        {%- do parts.append(as_of[:7]) -%}
    {%- endif -%}
    {%- for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | sort(attribute='unique_id') -%}
        {%- do parts.append(node.checksum.checksum) -%}
        {%- for column in node.columns.values() if column.meta.get('pii') -%}
            {%- do parts.append(column.name ~ '=' ~ column.meta.pii) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(local_md5(parts | join('|'))) }}
{%- endmacro %}
