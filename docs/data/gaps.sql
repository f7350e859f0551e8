-- purpose: how long customers wait between two transactions, beside a process without memory of the same mean
-- grain: one row per step of waiting time, in multiples of the customer's own mean; percent of all gaps
with gaps as (
    select
        customer_id,
        datediff(
            'second', lag(transaction_timestamp) over (partition by customer_id order by transaction_timestamp),
            transaction_timestamp
        ) as seconds
    from bronze.bronze_transactions
    where transaction_date between '2023-01-01' and '2023-12-31'
),

relative as (
    select floor(10 * seconds / avg(seconds) over (partition by customer_id)) / 10 as step
    from gaps
    where seconds is not null
    qualify count(*) over (partition by customer_id) >= 20
)

select
    step::float as step,
    100 * count(*) / sum(count(*)) over () as percent,
    100 * (exp(-step) - exp(-step - 0.1)) as without_memory_percent
from relative
group by step
qualify step <= 4
order by step
