-- Purpose: spending of each customer by calendar month: aggregated once, read by segments, marts and the app.
-- Grain: one row per customer and month with at least one transaction.
with

transactions as (

    select * from {{ ref('fact_transaction') }}

),

final as (

    select
        customer_id,
        date_trunc('month', transaction_date)::date as month_start,
        count(*)::integer as transaction_count,
        sum(transaction_amount::number(14, 2)) as spend,
        max(transaction_amount)::number(12, 2) as max_transaction_amount,
        min(transaction_amount)::number(12, 2) as min_transaction_amount,
        min(transaction_date) as first_transaction_date,
        max(transaction_date) as last_transaction_date
    from transactions
    group by 1, 2

)

select * from final
