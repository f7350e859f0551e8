-- purpose: how amounts are distributed within each persona
-- grain: one row per persona and step of amounts, ten steps to a factor of ten; amount is the step's middle, USD
select
    c.segment as persona,
    power(10, (floor(10 * log(10, t.amount)) + 0.5) / 10)::float as amount,
    100 * count(*) / sum(count(*)) over (partition by c.segment) as percent
from bronze.bronze_transactions as t
inner join bronze.bronze_customers as c on t.customer_id = c.customer_id
where t.status = 'approved'
group by 1, 2
order by 1, 2
