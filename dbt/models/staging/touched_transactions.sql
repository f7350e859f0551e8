-- Purpose: what a build has to look at of bronze: transactions that were loaded since the build before, or whose day
-- as_of_date has reached since.
-- Grain: one row per load of such a transaction that may hold; none where the build makes all tables anew.
with

newly_loaded as (

    select * from {{ source('bronze', 'bronze_transactions') }}
    where _loaded_at > {{ previous_load('bronze_transactions') }}

),

-- Loaded before, and dated after the as_of_date of then.
newly_due as (

    select distinct transaction_id
    from {{ source('bronze', 'bronze_transactions') }}
    where
        transaction_date > {{ previous_as_of_date() }}
        and transaction_date <= {{ as_of_date() }}
        and _loaded_at <= {{ previous_load('bronze_transactions') }}

),

-- All loads of those: a newer one, of another day, may supersede the one that is due.
loaded_before as (

    select source.*
    from {{ source('bronze', 'bronze_transactions') }} as source
    inner join newly_due on source.transaction_id = newly_due.transaction_id
    where source._loaded_at <= {{ previous_load('bronze_transactions') }}

),

loads as (

    select * from newly_loaded
    union all
    select * from loaded_before

),

final as (

    select
        {{ transaction_key('transaction_id') }} as transaction_key,
        transaction_id,
        customer_id,
        transaction_timestamp,
        transaction_date,
        amount,
        merchant_category,
        status,
        _loaded_at,
        _source_file,
        _file_row_number
    from loads

)

select * from final
