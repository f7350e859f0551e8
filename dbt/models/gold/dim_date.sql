-- Purpose: calendar of 2020-2025, from the year of the first transaction where that is earlier to the end of
-- as_of_date's year where that is later, with fiscal periods and US federal holidays.
-- Grain: one row per day.
{% set first_transaction %}
select coalesce(year(min(transaction_date)), 2020) from {{ source('bronze', 'bronze_transactions') }}
{% endset %}
{% set first_year = [2020, run_query(first_transaction).rows[0][0] | int] | min if execute else 2020 %}
{% set last_year = [2025, this_build().as_of[:4] | int] | max if execute else 2025 %}
{% set days = (last_year - first_year + 1) * 365 + last_year // 4 - (first_year - 1) // 4 %}
with

-- Two days more than are kept: a holiday's observance can fall into the year before (1 January on a Saturday).
days as (

    select dateadd(day, row_number() over (order by seq4()) - 1, '{{ first_year }}-01-01'::date)::date as full_date
    from table(generator(rowcount => {{ days + 2 }}))

),

parts as (

    select
        full_date,
        year(full_date)::integer as year,
        month(full_date)::integer as month,
        day(full_date)::integer as day,
        dayofweekiso(full_date)::integer as day_of_week,
        -- which Monday, Tuesday, ... of its month the day is: 1 for days 1-7
        ceil(day(full_date) / 7)::integer as weekday_of_month,
        month(dateadd(day, 7, full_date)) <> month(full_date) as is_last_weekday_of_month,
        (month(full_date) - {{ var('fiscal_year_start_month') }} + 12) % 12 + 1 as fiscal_month
    from days

),

holidays as (

    select
        *,
        case
            when month = 1 and day = 1 then 'New Year''s Day'
            when month = 1 and day_of_week = 1 and weekday_of_month = 3 then 'Birthday of Martin Luther King, Jr.'
            when month = 2 and day_of_week = 1 and weekday_of_month = 3 then 'Washington''s Birthday'
            when month = 5 and day_of_week = 1 and is_last_weekday_of_month then 'Memorial Day'
            when month = 6 and day = 19 and year >= 2021 then 'Juneteenth National Independence Day'
            when month = 7 and day = 4 then 'Independence Day'
            when month = 9 and day_of_week = 1 and weekday_of_month = 1 then 'Labor Day'
            when month = 10 and day_of_week = 1 and weekday_of_month = 2 then 'Columbus Day'
            when month = 11 and day = 11 then 'Veterans Day'
            when month = 11 and day_of_week = 4 and weekday_of_month = 4 then 'Thanksgiving Day'
            when month = 12 and day = 25 then 'Christmas Day'
        end as holiday_name
    from parts

),

-- A holiday on a Saturday is observed on Friday, one on a Sunday on Monday.
observances as (

    select
        *,
        case
            when day_of_week between 1 and 5 and holiday_name is not null then holiday_name
            when day_of_week = 5 then lead(holiday_name) over (order by full_date)
            when day_of_week = 1 then lag(holiday_name) over (order by full_date)
        end as observed_holiday_name
    from holidays

),

final as (

    select
        -- keys
        {{ date_key('full_date') }} as date_key,
        full_date,

        -- calendar
        year,
        quarter(full_date)::integer as quarter,
        month,
        monthname(full_date) as month_name,
        weekiso(full_date)::integer as week,
        day,
        dayofyear(full_date)::integer as day_of_year,
        day_of_week,
        dayname(full_date) as day_name,
        full_date = last_day(full_date) as is_month_end,
        day_of_week >= 6 as is_weekend,
        day_of_week < 6 as is_weekday,

        -- fiscal periods
        (
            year + iff({{ var('fiscal_year_start_month') }} > 1 and month >= {{ var('fiscal_year_start_month') }}, 1, 0)
        )::integer as fiscal_year,
        ceil(fiscal_month / 3)::integer as fiscal_quarter,
        fiscal_month::integer as fiscal_month,

        -- US federal holidays: the day itself, and the day off work
        holiday_name is not null as is_holiday,
        holiday_name,
        observed_holiday_name is not null as is_holiday_observed,
        observed_holiday_name
    from observances
    where year <= {{ last_year }}

)

select * from final
