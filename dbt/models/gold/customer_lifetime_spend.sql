-- Purpose: what each customer has spent since the account opened, in one row: aggregated once, read by the marts.
-- Grain: one row per customer with at least one transaction.
-- A further day sums up anew whoever's spending changed.
-- depends_on: {{ ref('changed_transactions') }}
with

months as (

    select * from {{ ref('customer_monthly_spend') }}

),

category_spend as (

    select * from {{ ref('customer_category_spend') }}

),

merchant_categories as (

    select
        merchant_category_key,
        merchant_category_name
    from {{ ref('dim_merchant_category') }}

),

sums as (

    select
        customer_id,
        sum(transaction_count)::integer as transaction_count,
        sum(spend)::number(14, 2) as spend,
        max(max_transaction_amount) as max_transaction_amount,
        min(min_transaction_amount) as min_transaction_amount,
        max(last_transaction_date) as last_transaction_date,
        max_by(last_transaction_amount, month_start) as last_transaction_amount
    from months
    {% if is_incremental() -%}
    where customer_id in (select changed.customer_id from {{ ref('changed_transactions') }} as changed)
    {%- endif %}
    group by 1

),

ranked_categories as (

    select
        category_spend.customer_id,
        merchant_categories.merchant_category_name,
        row_number() over (
            partition by category_spend.customer_id
            order by category_spend.spend desc, merchant_categories.merchant_category_name asc
        ) as category_rank
    from category_spend
    -- only of those whose sums are made here
    inner join sums on category_spend.customer_id = sums.customer_id
    inner join merchant_categories
        on category_spend.merchant_category_key = merchant_categories.merchant_category_key

),

top_categories as (

    select
        customer_id,
        max(iff(category_rank = 1, merchant_category_name, null)) as top_category_1,
        max(iff(category_rank = 2, merchant_category_name, null)) as top_category_2,
        max(iff(category_rank = 3, merchant_category_name, null)) as top_category_3
    from ranked_categories
    where category_rank <= 3
    group by 1

),

final as (

    select
        sums.customer_id,
        sums.transaction_count,
        sums.spend,
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
