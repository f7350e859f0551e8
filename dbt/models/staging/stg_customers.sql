-- Purpose: customers as they were when the account opened, cleaned; what never changes is as the newest load says.
-- Grain: one row per customer whose account was open by as_of_date.
with

source as (

    select * from {{ source('bronze', 'bronze_customers') }}

),

-- who the customer is: the newest load says it
newest as (

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

-- how the customer began: the file without a date says it, or else the extract of the first day
openings as (

    select
        customer_id,
        card_type,
        credit_limit,
        city,
        state,
        zip_code
    from source
    where
        account_open_date <= {{ as_of_date() }}
    qualify
        row_number() over (
            partition by customer_id
            order by {{ file_date() }} nulls first, {{ newest_load_first() }}
        ) = 1

),

final as (

    select
        -- ids
        newest.customer_id,

        -- attributes
        trim(newest.name) as name,
        lower(trim(newest.email)) as email,
        trim(newest.phone) as phone,
        newest.date_of_birth::date as date_of_birth,
        newest.account_open_date::date as account_open_date,
        trim(openings.card_type) as card_type,
        openings.credit_limit::number(12, 2) as credit_limit,
        trim(openings.city) as city,
        upper(trim(openings.state)) as state,
        trim(openings.zip_code) as zip_code,

        -- metadata
        newest._loaded_at as loaded_at
    from newest
    inner join openings on newest.customer_id = openings.customer_id

)

select * from final
