{#- What changed since the build before, as queries for incremental models. -#}

{#- Customers that are new, or whose versions may have changed, and the first day that this can touch. -#}
{% macro changed_customers() -%}
    select
        customer_id,
        min(since) as since
    from (
        select
            customer_id,
            account_open_date as since
        from {{ ref('stg_customers') }}
        where
            loaded_at > {{ previous_load('bronze_customers') }}
            or account_open_date > {{ previous_as_of_date() }}
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

{#- The first day that one of these queries names, as a date literal (see as_of_date); as_of_date where it is empty. -#}
{% macro first_day_of(changes, column='since') -%}
    {%- set query -%}
        select to_char(least(coalesce(min({{ column }}), {{ as_of_date() }}), {{ as_of_date() }}), 'YYYY-MM-DD')
        from ({{ changes }}) as changes
    {%- endset -%}
    '{{ run_query(query).rows[0][0] }}'::date
{%- endmacro %}

{#- Post-hook: takes transactions out that no longer count. -#}
{% macro remove_withdrawn() -%}
    {%- if adds_to_history() -%}
    delete from {{ this }}
    where transaction_key in (select transaction_key from {{ ref('changed_transactions') }} where not is_counted)
    {%- endif -%}
{%- endmacro %}

{#- Post-hook: takes out sums that no transaction is left in. -#}
{% macro remove_emptied() -%}
    {%- if adds_to_history() -%} delete from {{ this }} where transaction_count = 0 {%- endif -%}
{%- endmacro %}

{#- Post-hook: takes out what was calculated for an earlier as_of_date that was no month end. -#}
{% macro remove_provisional() -%}
    {%- if adds_to_history() -%}
    delete from {{ this }}
    where recalculation_date <> {{ as_of_date() }} and recalculation_date <> last_day(recalculation_date)
    {%- endif -%}
{%- endmacro %}
