-- Purpose: what each customer has spent since the account opened, in one row: aggregated once, read by the marts.
-- Grain: one row per customer with at least one purchase or refund.
with

months as (

    select * from {{ ref('customer_monthly_spend') }}

),

category_spend as (

    select * from {{ ref('customer_category_spend') }}

),

-- Of categories with the same spend the first by name counts: by less than a cent, the finest that amounts know.
merchant_categories as (

    select
        merchant_category_key,
        merchant_category_name,
        (row_number() over (order by merchant_category_name) * 0.0001)::number(6, 4) as name_order
    from {{ ref('dim_merchant_category') }}

),

sums as (

    select
        customer_id,
        sum(transaction_count)::integer as transaction_count,
        sum(spend)::number(14, 2) as spend,
        sum(purchase_spend)::number(14, 2) as purchase_spend,
        max(max_transaction_amount) as max_transaction_amount,
        min(min_transaction_amount) as min_transaction_amount,
        max(last_transaction_date) as last_transaction_date,
        -- a month of refunds alone comes before every other
        max_by(last_transaction_amount, iff(transaction_count > 0, month_start, '0001-01-01'::date))
            as last_transaction_amount
    from months
    group by 1

),

-- Ordered by one expression, NULLs last, and joined late: so the three are kept while reading, and nothing is sorted.
greatest as (

    select
        category_spend.customer_id,
        category_spend.merchant_category_key,
        row_number() over (
            partition by category_spend.customer_id
            order by category_spend.spend - merchant_categories.name_order desc nulls last
        ) as category_rank
    from category_spend
    inner join merchant_categories
        on category_spend.merchant_category_key = merchant_categories.merchant_category_key
    where category_spend.transaction_count > 0
    qualify category_rank <= 3

),

top_categories as (

    select
        greatest.customer_id,
        max(iff(greatest.category_rank = 1, merchant_categories.merchant_category_name, null)) as top_category_1,
        max(iff(greatest.category_rank = 2, merchant_categories.merchant_category_name, null)) as top_category_2,
        max(iff(greatest.category_rank = 3, merchant_categories.merchant_category_name, null)) as top_category_3
    from greatest
    inner join merchant_categories
        on greatest.merchant_category_key = merchant_categories.merchant_category_key
    group by 1

),

final as (

    select
        sums.customer_id,
        sums.transaction_count,
        sums.spend,
        sums.purchase_spend,
        sums.max_transaction_amount,
        sums.min_transaction_amount,
        sums.last_transaction_date,
        sums.last_transaction_amount,
        top_categories.top_category_1,
        top_categories.top_category_2,
        top_categories.top_category_3
    from sums
    left join top_categories on sums.customer_id = top_categories.customer_id

)

select * from final
