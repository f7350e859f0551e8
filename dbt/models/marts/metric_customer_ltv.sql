-- Purpose: what each customer has spent net of refunds, and is likely to spend in the next twelve months.
-- Grain: one row per customer.
-- projected_12m_ltv: the daily spend of the last 90 days, times 365, times a trend factor: one plus half of the change
-- against the 90 days before, where that is between -50 % and +50 %; 1 for accounts younger than 180 days.
with

customers as (

    select
        customer_id,
        account_open_date,
        datediff(day, account_open_date, {{ as_of_date() }})::integer as customer_tenure_days
    from {{ ref('dim_customer') }}
    where is_current

),

lifetime as (

    select
        customer_id,
        spend
    from {{ ref('customer_lifetime_spend') }}

),

recent as (

    select
        customer_id,
        sum(net_amount::number(14, 2)) as spend_365d,
        sum(iff(transaction_date > {{ as_of_date() }} - 90, net_amount, 0)::number(14, 2)) as spend_90d,
        sum(
            iff(
                transaction_date > {{ as_of_date() }} - 180 and transaction_date <= {{ as_of_date() }} - 90,
                net_amount, 0
            )::number(14, 2)
        ) as previous_spend_90d
    from {{ ref('fact_transaction') }}
    where transaction_date > {{ as_of_date() }} - 365
    group by 1

),

joined as (

    select
        customers.customer_id,
        customers.customer_tenure_days,
        coalesce(lifetime.spend, 0)::number(14, 2) as total_lifetime_value,
        coalesce(recent.spend_90d, 0)::number(14, 2) as ltv_last_90_days,
        coalesce(recent.spend_365d, 0)::number(14, 2) as ltv_last_365_days,
        coalesce(recent.spend_90d, 0)::float
        / greatest(1, least(90, customers.customer_tenure_days + 1)) as daily_spend,
        iff(
            customers.customer_tenure_days >= 180 and recent.previous_spend_90d > 0,
            1 + 0.5 * greatest(
                -0.5,
                least(0.5, (recent.spend_90d - recent.previous_spend_90d)::float / nullif(recent.previous_spend_90d, 0))
            ),
            1
        )::float as trend_factor
    from customers
    left join lifetime on customers.customer_id = lifetime.customer_id
    left join recent on customers.customer_id = recent.customer_id

),

final as (

    select
        customer_id,
        total_lifetime_value,
        ltv_last_90_days,
        ltv_last_365_days,
        greatest(0, round(daily_spend * 365 * trend_factor, 2))::number(14, 2) as projected_12m_ltv,
        customer_tenure_days,
        -- a month is a twelfth of a year of 365.25 days; a younger account counts as one month
        round(total_lifetime_value::float / greatest(1, customer_tenure_days::float / 30.4375), 2)::number(14, 2)
            as average_monthly_spend
    from joined

)

select * from final
