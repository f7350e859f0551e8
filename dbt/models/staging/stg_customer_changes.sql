-- Purpose: dated changes of customers, cleaned: delivered as such, or found in a full extract that says otherwise than
-- the delivery before it. Of several changes on one day the last one loaded holds, and before what an extract says.
-- Grain: one row per customer and day of change, up to as_of_date.
with

source as (

    select * from {{ source('bronze', 'bronze_customer_changes') }}

),

customers as (

    select customer_id from {{ ref('stg_customers') }}

),

-- what each file said of each customer: those without a date in their names tell how the customer began
deliveries as (

    select
        *,
        {{ file_date() }} as extract_date,
        concat_ws(
            '|', trim(card_type), to_varchar(credit_limit), trim(city), upper(trim(state)), trim(zip_code)
        ) as said
    from {{ source('bronze', 'bronze_customers') }}
    qualify
        row_number() over (
            partition by customer_id, extract_date
            order by {{ newest_load_first() }}
        ) = 1

),

extracted_changes as (

    select *
    from deliveries
    qualify said <> lag(said) over (partition by customer_id order by extract_date nulls first)

),

dated_changes as (

    select
        customer_id,
        change_date,
        card_type,
        credit_limit,
        city,
        state,
        zip_code,
        _loaded_at,
        _source_file,
        _file_row_number,
        1 as is_delivered_as_change
    from source

    union all

    select
        customer_id,
        extract_date as change_date,
        card_type,
        credit_limit,
        city,
        state,
        zip_code,
        _loaded_at,
        _source_file,
        _file_row_number,
        0 as is_delivered_as_change
    from extracted_changes

),

latest as (

    select dated_changes.*
    from dated_changes
    inner join customers on dated_changes.customer_id = customers.customer_id
    where dated_changes.change_date <= {{ as_of_date() }}
    qualify
        row_number() over (
            partition by dated_changes.customer_id, dated_changes.change_date
            order by dated_changes.is_delivered_as_change desc, {{ newest_load_first('dated_changes') }}
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
