-- Purpose: approved card transactions; the newest load of a transaction wins. A negative amount is a refund.
-- Grain: one row per transaction up to as_of_date.
-- A further day reads the loads that it has to look at; what counts no longer is taken out before (pre-hook).
-- depends_on: {{ ref('touched_transactions') }}
with

source as (

    select * from {{ ref('touched_transactions') if is_incremental() else source('bronze', 'bronze_transactions') }}

),

-- Few ids repeat. Ranking only those rows instead of all saves a sort of the whole history.
repeated_ids as (

    select transaction_id
    from source
    group by transaction_id
    having count(*) > 1

),

latest_of_repeated as (

    select source.*
    from source
    inner join repeated_ids on source.transaction_id = repeated_ids.transaction_id
    qualify
        row_number() over (
            partition by source.transaction_id
            order by {{ newest_load_first('source') }}
        ) = 1

),

unrepeated as (

    select source.*
    from source
    left join repeated_ids on source.transaction_id = repeated_ids.transaction_id
    where repeated_ids.transaction_id is null

),

deduplicated as (

    select * from unrepeated
    union all
    select * from latest_of_repeated

),

final as (

    select
        -- ids
        {{ transaction_key('transaction_id') }} as transaction_key,
        transaction_id,
        customer_id,

        -- timestamps
        transaction_timestamp::timestamp_ntz as transaction_timestamp,
        transaction_date::date as transaction_date,

        -- attributes
        iff(amount < 0, 'refund', 'purchase') as transaction_type,
        abs(amount)::number(12, 2) as amount,
        amount::number(12, 2) as net_amount,
        merchant_category,

        -- metadata
        _loaded_at as loaded_at
    from deduplicated
    where
        status = 'approved'
        and amount <> 0
        and transaction_date <= {{ as_of_date() }}

)

select * from final
