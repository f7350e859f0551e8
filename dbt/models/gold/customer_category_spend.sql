-- Purpose: spending of each customer by merchant category, over the whole relationship.
-- Grain: one row per customer and merchant category with at least one transaction.
{% set depends_on = [ref('changed_transactions'), ref('dim_merchant_category')] if not execute else [] %}
with

{% if adds_to_history() -%}
-- Counts and sums can be carried on: what is new is added, what was there before is taken away.
changes as (

    select
        changed.customer_id,
        merchant_categories.merchant_category_key,
        1 as transaction_count,
        changed.amount as spend
    from {{ ref('changed_transactions') }} as changed
    inner join {{ ref('dim_merchant_category') }} as merchant_categories
        on changed.merchant_category = merchant_categories.merchant_category_name
    where changed.is_counted
    union all
    select
        previous_customer_id,
        previous_merchant_category_key,
        -1 as transaction_count,
        -previous_transaction_amount as spend
    from {{ ref('changed_transactions') }}
    where previous_customer_id is not null

),

changed_sums as (

    select
        customer_id,
        merchant_category_key,
        sum(transaction_count) as transaction_count,
        sum(spend::number(14, 2)) as spend
    from changes
    group by 1, 2

),

-- A category that has lost all its transactions comes with a count of zero, and is then left out (kept_where).
final as (

    select
        changed_sums.customer_id,
        changed_sums.merchant_category_key,
        (changed_sums.transaction_count + coalesce(sums_before.transaction_count, 0))::integer as transaction_count,
        (changed_sums.spend + coalesce(sums_before.spend, 0))::number(14, 2) as spend
    from changed_sums
    left join {{ this }} as sums_before
        on
            changed_sums.customer_id = sums_before.customer_id
            and changed_sums.merchant_category_key = sums_before.merchant_category_key

)
{%- else -%}
transactions as (

    select * from {{ ref('fact_transaction') }}

),

final as (

    select
        customer_id,
        merchant_category_key,
        count(*)::integer as transaction_count,
        sum(transaction_amount::number(14, 2))::number(14, 2) as spend
    from transactions
    group by 1, 2

)
{%- endif %}

select * from final
