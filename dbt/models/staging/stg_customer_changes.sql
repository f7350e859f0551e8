-- Purpose: dated changes of customers, cleaned; of several changes on one day the last one loaded holds.
-- Grain: one row per customer and day of change, up to as_of_date.
with

source as (

    select * from {{ source('bronze', 'bronze_customer_changes') }}

),

latest as (

    select *
    from source
    where change_date <= {{ as_of_date() }}
    qualify
        row_number() over (
            partition by customer_id, change_date
            order by _loaded_at desc, _file_row_number desc nulls last
        ) = 1

),

final as (

    select
        customer_id,
        change_date::date as change_date,
        trim(card_type) as card_type,
        credit_limit::number(12, 2) as credit_limit,
        trim(city) as city,
        upper(trim(state)) as state,
        trim(zip_code) as zip_code,
        _loaded_at as loaded_at
    from latest

)

select * from final
