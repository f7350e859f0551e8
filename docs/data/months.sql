-- purpose: how spending grows and follows the seasons
-- grain: one row per month and persona
select
    c.segment as persona,
    to_char(date_trunc('month', t.transaction_date)::date, 'YYYY-MM-DD') as month,
    count(*) as transactions
from bronze.bronze_transactions as t
inner join bronze.bronze_customers as c on t.customer_id = c.customer_id
where t.status = 'approved'
group by 1, 2
order by 1, 2
