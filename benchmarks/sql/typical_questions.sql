-- everything about one customer
select * from customer_360_profile
where customer_id = 'C000777';
-- customers, value and risk of each segment
select
    segment,
    count(*),
    avg(total_lifetime_value),
    avg(churn_probability),
    sum(ltv_last_90_days)
from customer_360_profile
group by segment;
-- top ten customers by lifetime value
select customer_id, name, segment, total_lifetime_value
from customer_360_profile
order by total_lifetime_value desc, customer_id asc
limit 10;
-- percent of customers at high risk of churn
select 100 * count_if(churn_risk_category = 'High') / count(*) from customer_360_profile;
-- revenue of High-Value Travelers in the last 90 days
select sum(f.transaction_amount)
from fact_transaction as f
inner join customer_360_profile as p on f.customer_id = p.customer_id
where p.segment = 'High-Value Travelers' and f.transaction_date > dateadd(day, -90, '2025-01-01'::date);
-- spend by month of Declining and New & Growing
select p.segment, m.month_start, sum(m.spend)
from customer_monthly_spend as m
inner join customer_360_profile as p on m.customer_id = p.customer_id
where p.segment in ('Declining', 'New & Growing')
group by 1, 2
order by 1, 2;
-- merchant categories of Platinum cardholders
select c.merchant_category_name, sum(s.transaction_count), sum(s.spend)
from customer_category_spend as s
inner join dim_merchant_category as c on s.merchant_category_key = c.merchant_category_key
inner join customer_360_profile as p on s.customer_id = p.customer_id
where p.card_type = 'Platinum'
group by 1
order by 3 desc;
-- the star: a year's spend by quarter and merchant group
select d.year, d.quarter, c.category_group, count(*), sum(f.transaction_amount)
from fact_transaction as f
inner join dim_date as d on f.date_key = d.date_key
inner join dim_merchant_category as c on f.merchant_category_key = c.merchant_category_key
where d.year = 2024
group by 1, 2, 3
order by 1, 2, 3;
-- the last transactions of one customer
select f.transaction_timestamp, c.merchant_category_name, f.transaction_amount
from fact_transaction as f
inner join dim_merchant_category as c on f.merchant_category_key = c.merchant_category_key
where f.customer_id = 'C000777'
order by 1 desc
limit 20
