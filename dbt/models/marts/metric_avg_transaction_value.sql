-- Purpose: the average, greatest and smallest purchase of each customer. A customer without transactions has zeros.
-- Grain: one row per customer.
-- atv_trend: up (down) where the average of the last 30 days is more than 5 % above (below) that of the last 90 days;
-- stable also where nobody paid in the last 30.
with

lifetime as (

    select * from {{ ref('customer_lifetime_spend') }}

),

averages as (

    select
        activity.customer_id,
        activity.transaction_count_30d,
        coalesce({{ rounded_quotient('lifetime.purchase_spend', 'lifetime.transaction_count') }}, 0)::number(12, 2)
            as avg_transaction_value_all_time,
        coalesce(
            {{ rounded_quotient('activity.purchase_spend_90d', 'activity.transaction_count_90d') }}, 0
        )::number(12, 2) as avg_transaction_value_90d,
        coalesce(
            {{ rounded_quotient('activity.purchase_spend_30d', 'activity.transaction_count_30d') }}, 0
        )::number(12, 2) as avg_transaction_value_30d,
        coalesce(activity.purchase_spend_90d::float / nullif(activity.transaction_count_90d, 0), 0) as avg_90d,
        coalesce(activity.purchase_spend_30d::float / nullif(activity.transaction_count_30d, 0), 0) as avg_30d,
        coalesce(lifetime.max_transaction_amount, 0)::number(12, 2) as max_transaction_amount,
        coalesce(lifetime.min_transaction_amount, 0)::number(12, 2) as min_transaction_amount
    from {{ ref('customer_activity') }} as activity
    left join lifetime on activity.customer_id = lifetime.customer_id
    where activity.recalculation_date = {{ as_of_date() }}

),

final as (

    select
        customer_id,
        avg_transaction_value_all_time,
        avg_transaction_value_90d,
        avg_transaction_value_30d,
        case
            when transaction_count_30d = 0 then 'stable'
            when avg_30d > avg_90d * 1.05 then 'up'
            when avg_30d < avg_90d * 0.95 then 'down'
            else 'stable'
        end as atv_trend,
        max_transaction_amount,
        min_transaction_amount
    from averages

)

select * from final
