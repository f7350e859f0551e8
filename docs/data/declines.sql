-- purpose: how the two kinds of decline look, beside customers who do not decline
-- grain: one row per kind of decline and month; spend a customer, percent of that of the autumn of 2023
with monthly as (
    select
        iff(g.decline_kind = 'none', 'no decline', g.decline_kind) as kind,
        date_trunc('month', t.transaction_date)::date as month,
        sum(t.amount) as spend
    from bronze.bronze_transactions as t
    inner join platform.generator_customers as g on t.customer_id = g.customer_id
    where
        t.status = 'approved'
        and t.transaction_date >= '2023-07-01'
        -- one declining customer in eight left long before, and accounts opened later have no autumn of 2023
        and (g.decline_kind = 'none' or g.decline_day > 1530)
        and g.open_day < 1096
    group by 1, 2
)

select
    kind,
    to_char(month, 'YYYY-MM-DD') as month,
    (100 * spend / avg(iff(month between '2023-09-01' and '2023-11-01', spend, null)) over (partition by kind))::float
        as percent
from monthly
order by 1, 2
