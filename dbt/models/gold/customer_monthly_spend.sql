-- Purpose: spending of each customer by calendar month: aggregated once, read by segments, marts and the app.
-- Grain: one row per customer and month with at least one purchase or refund.
-- A further day sums up anew the months in which something changed.
-- depends_on: {{ ref('changed_transactions') }}
with

{% if is_incremental() -%}
changed_months as (

    select distinct
        customer_id,
        date_trunc('month', transaction_date)::date as month_start
    from {{ ref('changed_transactions') }}

),

{% endif -%}
transactions as (

    select
        *,
        date_trunc('month', transaction_date)::date as month_start,
        -- Sums are net of refunds, whose amounts are negative; counts, extremes and days are of purchases.
        iff(net_amount > 0, net_amount, null) as purchase_amount,
        iff(net_amount > 0, transaction_date, null) as purchase_date
    from {{ ref('fact_transaction') }}
    {% if is_incremental() -%}
    where
        transaction_date >= (select min(changed_months.month_start) from changed_months)
        and (customer_id, month_start) in (select changed_months.* from changed_months)
    {%- endif %}

),

final as (

    select
        customer_id,
        month_start,
        count(purchase_amount)::integer as transaction_count,
        sum(net_amount::number(14, 2))::number(14, 2) as spend,
        coalesce(sum(purchase_amount::number(14, 2)), 0)::number(14, 2) as purchase_spend,
        max(purchase_amount)::number(12, 2) as max_transaction_amount,
        min(purchase_amount)::number(12, 2) as min_transaction_amount,
        min(purchase_date) as first_transaction_date,
        max(purchase_date) as last_transaction_date,
        max_by(
            purchase_amount, iff(purchase_amount is null, -1, {{ order_in_month() }})
        )::number(12, 2) as last_transaction_amount
    from transactions
    group by 1, 2

)

select * from final
order by month_start  -- so that blocks of rows are skipped by month
