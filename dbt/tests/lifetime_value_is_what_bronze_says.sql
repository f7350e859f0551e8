-- Lifetime value of every customer equals the approved spend in bronze, to the cent. Bronze is summed up plainly; only
-- where that differs are superseded loads of a transaction looked for, since finding them costs a pass over all ids.
with

loads as (

    select
        transaction_id,
        customer_id,
        amount,
        _loaded_at,
        _file_row_number,
        status = 'approved' and amount > 0 and transaction_date <= {{ as_of_date() }} as is_counted
    from {{ source('bronze', 'bronze_transactions') }}

),

counted as (

    select
        customer_id,
        sum(amount::number(14, 2)) as spend
    from loads
    where is_counted
    group by 1

),

compared as (

    select
        coalesce(counted.customer_id, metric.customer_id) as customer_id,
        coalesce(counted.spend, 0) as spend,
        coalesce(metric.total_lifetime_value, 0) as total_lifetime_value
    from counted
    full outer join {{ ref('metric_customer_ltv') }} as metric on counted.customer_id = metric.customer_id

),

different as (

    select * from compared
    where spend <> total_lifetime_value

),

suspected_ids as (

    select distinct loads.transaction_id
    from loads
    inner join different on loads.customer_id = different.customer_id

),

ranked as (

    select
        loads.*,
        row_number() over (
            partition by loads.transaction_id
            order by loads._loaded_at desc, loads._file_row_number desc nulls last
        ) as load_rank
    from loads
    inner join suspected_ids on loads.transaction_id = suspected_ids.transaction_id

),

superseded as (

    select
        customer_id,
        sum(amount::number(14, 2)) as spend
    from ranked
    where load_rank > 1 and is_counted
    group by 1

)

select
    different.customer_id,
    different.total_lifetime_value,
    different.spend - coalesce(superseded.spend, 0) as bronze_spend
from different
left join superseded on different.customer_id = superseded.customer_id
where different.total_lifetime_value <> different.spend - coalesce(superseded.spend, 0)
