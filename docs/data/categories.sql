-- purpose: what each persona buys
-- grain: one row per persona and merchant category; percent of the persona's spend
select
    c.segment as persona,
    t.merchant_category,
    (100 * sum(t.amount) / sum(sum(t.amount)) over (partition by c.segment))::float as percent
from bronze.bronze_transactions as t
inner join bronze.bronze_customers as c on t.customer_id = c.customer_id
where t.status = 'approved'
group by 1, 2
order by 1, 2
