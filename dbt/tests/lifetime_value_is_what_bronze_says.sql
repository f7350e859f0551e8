-- Lifetime value of every customer equals the approved spend in bronze, to the cent. Bronze is read plainly: the newest
-- row of each repeated transaction, then approved ones of a positive amount up to as_of_date.
with

approved as (

    select
        customer_id,
        sum(amount::number(14, 2)) as amount
    from {{ source('bronze', 'bronze_transactions') }}
    where status = 'approved' and amount > 0 and transaction_date <= {{ as_of_date() }}
    group by 1

),

-- what `approved` holds too much of: superseded loads of a transaction
repeated as (

    select
        transaction_id,
        customer_id,
        amount,
        row_number() over (
            partition by transaction_id
            order by _loaded_at desc, _file_row_number desc nulls last
        ) as load_rank,
        status = 'approved' and amount > 0 and transaction_date <= {{ as_of_date() }} as is_counted
    from {{ source('bronze', 'bronze_transactions') }}
    where transaction_id in (
        select transaction_id
        from {{ source('bronze', 'bronze_transactions') }}
        group by transaction_id
        having count(*) > 1
    )

),

superseded as (

    select
        customer_id,
        sum(amount::number(14, 2)) as amount
    from repeated
    where load_rank > 1 and is_counted
    group by 1

),

expected as (

    select
        approved.customer_id,
        approved.amount - coalesce(superseded.amount, 0) as amount
    from approved
    left join superseded on approved.customer_id = superseded.customer_id

)

select
    profile.customer_id,
    profile.total_lifetime_value,
    expected.amount
from {{ ref('metric_customer_ltv') }} as profile
full outer join expected on profile.customer_id = expected.customer_id
where coalesce(profile.total_lifetime_value, 0) <> coalesce(expected.amount, 0)
