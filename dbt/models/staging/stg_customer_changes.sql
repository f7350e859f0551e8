-- Purpose: dated changes of customers, cleaned; of several changes on one day the last one loaded holds.
-- Grain: one row per customer and day of change, up to as_of_date.
with

source as (

    select * from {{ source('bronze', 'bronze_customer_changes') }}

),

customers as (

    select customer_id from {{ ref('stg_customers') }}

),

latest as (

    select source.*
    from source
    inner join customers on source.customer_id = customers.customer_id
    where source.change_date <= {{ as_of_date() }}
    qualify
        row_number() over (
            partition by source.customer_id, source.change_date
            order by {{ newest_load_first('source') }}
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
