-- Purpose: what each customer has spent since the account opened, in one row: aggregated once, read by the marts.
-- Grain: one row per customer with at least one transaction.
{% set depends_on = [ref('changed_transactions')] if not execute else [] %}
with

spenders as (

    {% if adds_to_history() -%}
    {{ changed_spenders() }}
    {%- else -%}
    select distinct customer_id
    from {{ ref('customer_monthly_spend') }}
    {%- endif %}

),

months as (

    select * from {{ ref('customer_monthly_spend') }}
    {% if adds_to_history() -%}
    where customer_id in (select spenders.customer_id from spenders)
    {%- endif %}

),

category_spend as (

    select * from {{ ref('customer_category_spend') }}
    {% if adds_to_history() -%}
    where customer_id in (select spenders.customer_id from spenders)
    {%- endif %}

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

-- Who has lost all transactions comes with none, and is then left out (kept_where).
final as (

    select
        spenders.customer_id,
        sums.transaction_count,
        sums.spend,
        sums.max_transaction_amount,
        sums.min_transaction_amount,
        sums.last_transaction_date,
        sums.last_transaction_amount,
        top_categories.top_category_1,
        top_categories.top_category_2,
        top_categories.top_category_3
    from spenders
    left join sums on spenders.customer_id = sums.customer_id
    left join top_categories on spenders.customer_id = top_categories.customer_id

)

select * from final
