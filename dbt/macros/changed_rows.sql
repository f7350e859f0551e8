{#- What changed since the build before, as queries for models that add to their tables. -#}

{#- Order of bronze rows of one key that puts the one that holds first: the newest load. Files of several days that one
    load brought in count by the last date in their names, then by name; rows of one file by their order in it. -#}
{% macro newest_load_first(rows='') -%}
    {%- set prefix = rows ~ '.' if rows else '' -%}
    {{ prefix }}_loaded_at desc,
    try_to_date(regexp_substr({{ prefix }}_source_file, '.*([0-9]{4}-[0-9]{2}-[0-9]{2})', 1, 1, 'e', 1)) desc nulls last,
    {{ prefix }}_source_file desc nulls last,
    {{ prefix }}_file_row_number desc nulls last
{%- endmacro %}

{#- Customers that are new, or whose versions may have changed, and the first day that this can touch: for a new load
    of a customer the earliest opening of all loads, since a load may move the opening to a later day. -#}
{% macro changed_customers() -%}
    select
        customer_id,
        min(since) as since
    from (
        select
            customer_id,
            min(account_open_date) as since
        from {{ source('bronze', 'bronze_customers') }}
        group by 1
        having
            max(_loaded_at) > {{ previous_load('bronze_customers') }}
            or max(account_open_date) > {{ previous_as_of_date() }}
        union all
        select
            customer_id,
            change_date as since
        from {{ ref('stg_customer_changes') }}
        where
            loaded_at > {{ previous_load('bronze_customer_changes') }}
            or change_date > {{ previous_as_of_date() }}
    ) as changes
    group by 1
{%- endmacro %}

{#- Customers whose spending changed: who a transaction belongs to now, and who it belonged to. -#}
{% macro changed_spenders() -%}
    select customer_id
    from {{ ref('changed_transactions') }}
    where is_counted
    union
    select previous_customer_id
    from {{ ref('changed_transactions') }}
    where previous_customer_id is not null
{%- endmacro %}

{#- Customers and months whose spending changed: where a transaction is now, and where it was. -#}
{% macro changed_months() -%}
    select
        customer_id,
        date_trunc('month', transaction_date)::date as month_start
    from {{ ref('changed_transactions') }}
    where is_counted
    union
    select
        previous_customer_id,
        date_trunc('month', previous_transaction_date)::date
    from {{ ref('changed_transactions') }}
    where previous_customer_id is not null
{%- endmacro %}

{#- Customers whose windows up to the as_of_date before changed, by transactions or changes that came late, and the first
    day that this touches. -#}
{% macro changed_past() -%}
    select
        customer_id,
        min(since) as since
    from (
        select
            customer_id,
            transaction_date as since
        from {{ ref('changed_transactions') }}
        where is_counted
        union all
        select
            previous_customer_id,
            previous_transaction_date
        from {{ ref('changed_transactions') }}
        where previous_customer_id is not null
        union all
        select * from ({{ changed_customers() }}) as customers
    ) as changes
    where since <= {{ previous_as_of_date() }}
    group by 1
{%- endmacro %}

{#- Whether a recalculation date is calculated for everybody: it is new, or as_of_date. -#}
{% macro is_new_recalculation(date) -%}
    ({{ date }} > {{ previous_as_of_date() }} or {{ date }} = {{ as_of_date() }})
{%- endmacro %}

{#- A figure of the windows of customer_activity: what was there before, and what moved in and out since. -#}
{% macro moved_on(column) -%}
    {%- if adds_to_history() -%} coalesce(windows_before.{{ column }}, 0) + {% endif -%}
    coalesce(windows.{{ column }}, 0)
{%- endmacro %}

{#- The first day that changed customers, changed months or either of them (the changed past) reach back to, as a date
    literal (see as_of_date); as_of_date where nothing changed. Looked up once in a build. -#}
{% macro first_day_of(changes) -%}
    {%- if 'customer_360_first_days' not in graph -%}
        {%- set first_days -%}
            select
                to_char(customers.since, 'YYYY-MM-DD'),
                to_char(date_trunc('month', spending.since), 'YYYY-MM-DD'),
                to_char(least(customers.since, spending.since), 'YYYY-MM-DD')
            from (
                select least(coalesce(min(since), {{ as_of_date() }}), {{ as_of_date() }}) as since
                from ({{ changed_customers() }}) as changed_customers
            ) as customers
            cross join (
                select
                    least(
                        coalesce(min(iff(is_counted, transaction_date, null)), {{ as_of_date() }}),
                        coalesce(min(previous_transaction_date), {{ as_of_date() }}),
                        {{ as_of_date() }}
                    ) as since
                from {{ ref('changed_transactions') }}
            ) as spending
        {%- endset -%}
        {%- set found = run_query(first_days).rows[0] -%}
        {%- do graph.update({
            'customer_360_first_days': {'customers': found[0], 'months': found[1], 'past': found[2]}
        }) -%}
    {%- endif -%}
    '{{ graph["customer_360_first_days"][changes] }}'::date
{%- endmacro %}

{#- Post-hook: takes out what was calculated for the as_of_date before, where that was no month end. -#}
{% macro remove_provisional() -%}
    {%- if adds_to_history() and build_state().previous.as_of != build_state().as_of -%}
    {%- set day = modules.datetime.date.fromisoformat(build_state().previous.as_of) -%}
    {%- if (day + modules.datetime.timedelta(days=1)).day != 1 -%}
    delete from {{ this }} where recalculation_date = {{ previous_as_of_date() }}
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}
