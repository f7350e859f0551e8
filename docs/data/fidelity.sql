-- purpose: the figures by which generated card use is compared with what one expects of people
-- grain: one row per property, in the order of the document
with transactions as (
    select t.*, g.persona, g.open_day, g.decline_kind, g.decline_day, g.stop_day
    from bronze.bronze_transactions as t
    inner join platform.generator_customers as g on t.customer_id = g.customer_id
),

times as (
    select
        100 * avg(iff(status = 'declined', 1, 0)) as declined,
        100 * avg(iff(hour(transaction_timestamp) between 17 and 21, 1, 0)) as evening,
        100 * avg(iff(hour(transaction_timestamp) < 6, 1, 0)) as night,
        100 * avg(iff(dayofweekiso(transaction_date) >= 5, 1, 0)) as weekend,
        count_if(transaction_date between '2023-12-01' and '2023-12-31')
        / count_if(transaction_date between '2023-10-01' and '2023-10-31') as december,
        avg(iff(status = 'approved', amount, null)) / median(iff(status = 'approved', amount, null)) as skew,
        100 * avg(iff(
            persona = 1 and status = 'approved',
            iff(merchant_category in ('Airlines', 'Hotels', 'Car Rental', 'Travel Agencies'), 1, 0),
            null
        )) as travel,
        1 - avg(iff(
            persona = 4 and decline_day > 1530 and status = 'approved' and transaction_date > '2024-09-30',
            amount, null
        ))
        / avg(iff(
            persona = 4 and decline_day > 1530 and status = 'approved'
            and transaction_date between '2023-07-01' and '2023-12-31', amount, null
        )) as ticket_decline
    from transactions
),

gaps as (
    select
        customer_id,
        datediff(
            'second', lag(transaction_timestamp) over (partition by customer_id order by transaction_timestamp),
            transaction_timestamp
        ) / 86400 as days,
        count(*) over (partition by customer_id, transaction_date) as on_that_day
    from transactions
    where transaction_date between '2023-01-01' and '2023-12-31'
),

rhythms as (
    select
        customer_id,
        (stddev(days) - avg(days)) / (stddev(days) + avg(days)) as burstiness,
        avg(iff(days < 2 / 24, 1, 0)) as near,
        -- of a process without memory at the customer's rate
        1 - exp(-2 / 24 / avg(days)) as near_without_memory,
        avg(iff(on_that_day > 1, 1, 0)) as same_day
    from gaps
    where days is not null
    group by customer_id
    having count(*) >= 20
),

rhythm as (
    select
        avg(burstiness) as burstiness,
        100 * avg(near) as near,
        100 * avg(near_without_memory) as near_without_memory,
        100 * avg(same_day) as same_day
    from rhythms
),

spenders as (
    select
        g.customer_id,
        g.persona,
        g.decline_kind,
        c.account_open_date,
        coalesce(sum(iff(t.transaction_date > '2023-12-31', t.amount, 0)), 0) as spend,
        sum(iff(t.transaction_date > '2024-12-01', t.amount, 0)) as last_month,
        sum(iff(t.transaction_date between '2024-11-02' and '2024-12-01', t.amount, 0)) as month_before,
        count(t.transaction_id) as transactions
    from platform.generator_customers as g
    inner join bronze.bronze_customers as c on g.customer_id = c.customer_id
    left join bronze.bronze_transactions as t on g.customer_id = t.customer_id and t.status = 'approved'
    group by 1, 2, 3, 4
),

ranked as (
    select *, percent_rank() over (order by spend desc) as spend_rank
    from spenders
),

people as (
    select
        100 * avg(iff(transactions = 0, 1, 0)) as without,
        100 * avg(iff(account_open_date > '2024-11-15', 1, 0)) as late,
        100 * avg(iff(persona = 4, iff(decline_kind = 'gradual', 1, 0), null)) as gradual,
        100 * (median(iff(persona = 5 and month_before > 0, last_month / month_before, null)) - 1) as growth,
        100 * sum(iff(spend_rank < 0.1, spend, 0)) / sum(spend) as top_tenth
    from ranked
)

select
    1 as position, 'Declined transactions' as property, '3 %' as expected,
    round(declined, 2)::varchar || ' %' as measured
from times
union all
select 2, 'From 17 to 22 o''clock', 'the busiest five hours: above 5/24 = 21 %', round(evening, 1)::varchar || ' %'
from times
union all
select 3, 'From 0 to 6 o''clock', 'few, not none', round(night, 1)::varchar || ' %' from times
union all
select 4, 'Friday to Sunday', 'above 3/7 = 43 %', round(weekend, 1)::varchar || ' %' from times
union all
select 5, 'December 2023 against October', '15 to 30 % more', round(100 * (december - 1), 0)::integer || ' % more'
from times
union all
select
    6, 'Gaps shorter than two hours', 'well above the '
    || round(near_without_memory, 1)::varchar || ' % of a process without memory', round(near, 1)::varchar || ' %'
from rhythm
union all
select
    7, 'Burstiness of gaps, (s - m) / (s + m)', 'above 0 (0: no memory, -1: a clock)',
    round(burstiness, 2)::varchar
from rhythm
union all
select 8, 'Transactions on a day with others of the customer', 'a third to a half', round(same_day, 0)::integer || ' %'
from rhythm
union all
select 9, 'Mean amount against the median', 'above 1: few large, many small', round(skew, 2)::varchar from times
union all
select 10, 'Spend of the top tenth of customers in 2024', 'a third to a half', round(top_tenth, 0)::integer || ' %'
from people
union all
select
    11, 'Travel among the transactions of travelers', 'well above the rule''s 30 %, not all',
    round(travel, 0)::integer || ' %'
from times
union all
select 12, 'Declining customers who decline gradually', '70 %', round(gradual, 1)::varchar || ' %' from people
union all
select 13, 'How much their ticket shrinks', '40 to 60 %', round(100 * ticket_decline, 0)::integer || ' %' from times
union all
select 14, 'Growth of New & Growing, last 30 days on those before', 'above 20 %', round(growth, 0)::integer || ' %'
from people
union all
select 15, 'Customers without a transaction', 'some, under 1 %', round(without, 2)::varchar || ' %' from people
union all
select 16, 'Accounts opened in the last six weeks', 'some', round(late, 2)::varchar || ' %' from people
order by position
