-- Segments follow the checklist's rules, worked out a second time: from facts and not from the windows that the models
-- share, each rule by its own text, priority by the first that holds. Who is placed by the nearest rule fits none.
with

spending as (

    select
        customers.customer_id,
        customers.account_open_date,
        count_if(facts.transaction_type = 'purchase') as frequency,
        coalesce(sum(facts.net_amount), 0) as total_spend,
        coalesce(sum(iff(facts.transaction_type = 'purchase', facts.transaction_amount, 0)), 0) as purchases,
        count_if(
            facts.transaction_type = 'purchase'
            and categories.merchant_category_name in ('Airlines', 'Hotels', 'Car Rental', 'Travel Agencies')
        ) as travel,
        coalesce(
            sum(
                iff(datediff(day, facts.transaction_date, {{ as_of_date() }}) < 30, facts.net_amount, 0)
            ), 0
        ) as this_month,
        coalesce(
            sum(
                iff(
                    datediff(day, facts.transaction_date, {{ as_of_date() }}) between 30 and 59,
                    facts.net_amount, 0
                )
            ), 0
        ) as month_before
    from {{ ref('dim_customer') }} as customers
    left join {{ ref('fact_transaction') }} as facts
        on
            customers.customer_id = facts.customer_id
            and facts.transaction_date > {{ as_of_date() }} - 90
    left join {{ ref('dim_merchant_category') }} as categories
        on facts.merchant_category_key = categories.merchant_category_key
    where customers.is_current
    group by 1, 2

),

last_days as (

    select
        customer_id,
        datediff(day, max(last_transaction_date), {{ as_of_date() }}) as days_since_last
    from {{ ref('customer_monthly_spend') }}
    group by 1

),

figures as (

    select
        spending.*,
        last_days.days_since_last,
        case
            when spending.month_before > 0
                then greatest(
                    -100, least(round(100 * spending.this_month / nullif(spending.month_before, 0) - 100, 2), 1000)
                )
            when spending.this_month > 0 then 100
            when last_days.days_since_last is not null then -100
            else 0
        end as change
    from spending
    left join last_days on spending.customer_id = last_days.customer_id

),

placed as (

    select
        customer_id,
        case
            when change < -20 and days_since_last > 45 then 'Declining'
            when total_spend > 5000 and 10 * travel > 3 * frequency and frequency > 20 then 'High-Value Travelers'
            when {{ as_of_date() }} < dateadd(year, 1, account_open_date) and change > 20 then 'New & Growing'
            when frequency > 15 and purchases < 50 * frequency then 'Budget-Conscious'
            when
                total_spend >= 1000 and total_spend <= 5000
                and frequency >= 10 and frequency <= 30
                and abs(change) <= 10
                then 'Stable Mid-Spenders'
        end as segment
    from figures

)

select
    placed.customer_id,
    placed.segment as segment_by_rule,
    segments.segment,
    segments.is_exact_rule
from placed
full outer join {{ ref('customer_segments') }} as segments on placed.customer_id = segments.customer_id
where
    placed.customer_id is null
    or segments.customer_id is null
    or segments.is_exact_rule <> (placed.segment is not null)
    or (placed.segment is not null and placed.segment <> segments.segment)
