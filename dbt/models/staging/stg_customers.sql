-- Purpose: customers as they were when the account opened, cleaned; the newest load of a customer wins.
-- Grain: one row per customer whose account was open by as_of_date.
with

source as (

    select * from {{ source('bronze', 'bronze_customers') }}

),

latest as (

    select *
    from source
    where
        account_open_date <= {{ as_of_date() }}
    qualify
        row_number() over (
            partition by customer_id
            order by {{ newest_load_first() }}
        ) = 1

),

final as (

    select
        -- ids
        customer_id,

        -- attributes
        trim(name) as name,
        lower(trim(email)) as email,
        trim(phone) as phone,
        date_of_birth::date as date_of_birth,
        account_open_date::date as account_open_date,
        trim(card_type) as card_type,
        credit_limit::number(12, 2) as credit_limit,
        trim(city) as city,
        upper(trim(state)) as state,
        trim(zip_code) as zip_code,

        -- metadata
        _loaded_at as loaded_at
    from latest

)

select * from final
