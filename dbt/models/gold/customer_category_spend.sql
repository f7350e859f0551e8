-- Purpose: spending of each customer by merchant category, over the whole relationship.
-- Grain: one row per customer and merchant category with at least one transaction.
with

transactions as (

    select * from {{ ref('fact_transaction') }}

),

final as (

    select
        customer_id,
        merchant_category_key,
        count(*)::integer as transaction_count,
        sum(transaction_amount::number(14, 2)) as spend
    from transactions
    group by 1, 2

)

select * from final
