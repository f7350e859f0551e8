-- purpose: at which hours of which weekdays cards are used
-- grain: one row per weekday (1 is Monday) and hour
select
    dayofweekiso(transaction_date) as weekday,
    hour(transaction_timestamp) as hour,
    100 * count(*) / sum(count(*)) over () as percent
from bronze.bronze_transactions
group by 1, 2
order by 1, 2
