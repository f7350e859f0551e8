-- Purpose: questions that the profile answers, one query each, as a start for analysts.

-- Value and risk of each segment.
select
    segment,
    count(*) as customers,
    round(avg(total_lifetime_value), 2) as avg_lifetime_value,
    sum(ltv_last_90_days) as spend_90d,
    round(avg(churn_probability), 3) as avg_churn_probability
from {{ ref('customer_360_profile') }}
group by segment
order by customers desc;

-- The most valuable customers at high risk of churn.
select
    customer_id,
    name,
    segment,
    total_lifetime_value,
    churn_probability,
    days_since_last_transaction
from {{ ref('customer_360_profile') }}
where churn_risk_category = 'High'
order by total_lifetime_value desc
limit 100;

-- Spend by card type at the time of the purchase (the version valid on the day) and merchant group.
select
    dim_customer.card_type,
    dim_merchant_category.category_group,
    sum(fact_transaction.net_amount) as spend
from {{ ref('fact_transaction') }} as fact_transaction
inner join {{ ref('dim_customer') }} as dim_customer
    on fact_transaction.customer_sk = dim_customer.customer_sk
inner join {{ ref('dim_merchant_category') }} as dim_merchant_category
    on fact_transaction.merchant_category_key = dim_merchant_category.merchant_category_key
group by 1, 2
order by 1, 3 desc;

-- How customers moved between segments in the last twelve months: the history reaches further back as it grows.
select
    previous_segment,
    segment,
    count(*) as moves
from {{ ref('customer_segment_history') }}
where previous_segment is not null and segment_assigned_date > dateadd(year, -1, {{ as_of_date() }})
group by 1, 2
order by moves desc;

-- Spend on federal holidays, against other days of the same weekday.
select
    dim_date.day_name,
    dim_date.is_holiday,
    count(distinct dim_date.date_key) as days,
    round(sum(fact_transaction.net_amount) / nullif(count(distinct dim_date.date_key), 0), 2) as spend_per_day
from {{ ref('fact_transaction') }} as fact_transaction
inner join {{ ref('dim_date') }} as dim_date on fact_transaction.date_key = dim_date.date_key
group by 1, 2
order by 1, 2;
