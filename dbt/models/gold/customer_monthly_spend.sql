-- Purpose: spending of each customer by calendar month: aggregated once, read by segments, marts and the app.
-- Grain: one row per customer and month with at least one transaction.
{% set depends_on = [ref('changed_transactions')] if not execute else [] %}
with

transactions as (

    select * from {{ ref('fact_transaction') }}
    {% if adds_to_history() -%}
    where transaction_date >= {{ first_day_of('months') }}
    {%- endif %}

),

{% if adds_to_history() -%}
changed_months as (

    {{ changed_months() }}

),

-- A month that has lost all its transactions comes with a count of zero, and is then left out (kept_where).
final as (

    select
        changed_months.customer_id,
        changed_months.month_start,
        count(transactions.transaction_key)::integer as transaction_count,
        coalesce(sum(transactions.transaction_amount::number(14, 2)), 0)::number(14, 2) as spend,
        max(transactions.transaction_amount)::number(12, 2) as max_transaction_amount,
        min(transactions.transaction_amount)::number(12, 2) as min_transaction_amount,
        min(transactions.transaction_date) as first_transaction_date,
        max(transactions.transaction_date) as last_transaction_date,
        max_by(transactions.transaction_amount, {{ order_in_month('transactions') }})::number(12, 2)
            as last_transaction_amount
    from changed_months
    left join transactions
        on
            changed_months.customer_id = transactions.customer_id
            and changed_months.month_start = date_trunc('month', transactions.transaction_date)::date
    group by 1, 2

)
{%- else -%}
final as (

    select
        transactions.customer_id,
        date_trunc('month', transactions.transaction_date)::date as month_start,
        count(*)::integer as transaction_count,
        sum(transactions.transaction_amount::number(14, 2))::number(14, 2) as spend,
        max(transactions.transaction_amount)::number(12, 2) as max_transaction_amount,
        min(transactions.transaction_amount)::number(12, 2) as min_transaction_amount,
        min(transactions.transaction_date) as first_transaction_date,
        max(transactions.transaction_date) as last_transaction_date,
        max_by(transactions.transaction_amount, {{ order_in_month('transactions') }})::number(12, 2)
            as last_transaction_amount
    from transactions
    group by 1, 2

)
{%- endif %}

select * from final
{%- if not adds_to_history() %}
-- ordered, so that blocks of rows are skipped by month
order by month_start
{%- endif %}
