-- Purpose: what each customer's card was last used for, declined attempts too; pages show it, no figure is made of it.
-- Grain: one row per transaction, of each customer's newest 50 up to as_of_date.
-- A view: declined transactions stay in bronze, and a page asks for one customer, whose rows alone are then read. For
-- that both window functions are partitioned by customer.
with

approved as (

    select
        facts.customer_id,
        facts.transaction_id,
        facts.transaction_key,
        facts.transaction_timestamp,
        facts.transaction_date,
        merchant_categories.merchant_category_name as merchant_category,
        facts.transaction_type,
        facts.net_amount as amount,
        'approved' as status
    from {{ ref('fact_transaction') }} as facts
    left join {{ ref('dim_merchant_category') }} as merchant_categories
        on facts.merchant_category_key = merchant_categories.merchant_category_key

),

newest_loads as (

    select *
    from {{ source('bronze', 'bronze_transactions') }}
    qualify row_number() over (partition by customer_id, transaction_id order by {{ newest_load_first() }}) = 1

),

declined as (

    select
        customer_id,
        transaction_id,
        {{ transaction_key('transaction_id') }} as transaction_key,
        transaction_timestamp::timestamp_ntz as transaction_timestamp,
        transaction_date::date as transaction_date,
        merchant_category,
        iff(amount < 0, 'refund', 'purchase') as transaction_type,
        amount::number(12, 2) as amount,
        status
    from newest_loads
    where
        status = 'declined'
        and amount <> 0
        and transaction_date <= {{ as_of_date() }}

),

transactions as (

    select * from approved
    union all
    select * from declined

),

numbered as (

    select
        *,
        row_number() over (partition by customer_id order by transaction_timestamp desc, transaction_key desc)::integer
            as recency_rank
    from transactions

),

final as (

    select
        customer_id,
        recency_rank,
        transaction_id,
        transaction_timestamp,
        transaction_date,
        merchant_category,
        transaction_type,
        amount,
        status
    from numbered
    where recency_rank <= 50

)

select * from final
