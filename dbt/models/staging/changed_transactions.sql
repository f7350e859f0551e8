-- Purpose: what a build books into the history of transactions: of each transaction that it touches, what counted until
-- then (-1) and what counts from now on (1). Sums, months and windows that these lie in are to be made again.
-- Grain: one row per transaction and booking; none where the build makes all tables anew.
with

touched as (

    select distinct transaction_key
    from {{ ref('touched_transactions') }}

),

-- The star is as the build before left it: this build turns to it only after it has read here what is to be changed.
counted_before as (

    select facts.*
    from {{ star_before() }} as facts
    inner join touched on facts.transaction_key = touched.transaction_key

),

counted_now as (

    select transactions.*
    from {{ ref('stg_transactions') }} as transactions
    inner join touched on transactions.transaction_key = touched.transaction_key

),

merchant_categories as (

    select
        merchant_category_key,
        merchant_category_name
    from {{ ref('dim_merchant_category') }}

),

final as (

    select
        transaction_key,
        -1 as booking,
        customer_id,
        transaction_date,
        merchant_category_key,
        transaction_type,
        transaction_amount,
        net_amount
    from counted_before
    union all
    select
        counted_now.transaction_key,
        1 as booking,
        counted_now.customer_id,
        counted_now.transaction_date,
        merchant_categories.merchant_category_key,
        counted_now.transaction_type,
        counted_now.amount as transaction_amount,
        counted_now.net_amount
    from counted_now
    left join merchant_categories on counted_now.merchant_category = merchant_categories.merchant_category_name

)

select * from final
