-- Purpose: what segments are decided on: each customer's rolling windows on every recalculation date, which are
-- as_of_date and the month ends before it. A window of n days holds the day itself and the n - 1 days before.
-- Grain: one row per customer and recalculation date on or after the opening of the account.
{#- A build that adds to the table calculates the dates that are new for everybody, and earlier ones for the customers
    whose windows changed: by transactions or changes that came late. -#}
{% set depends_on = [
    ref('changed_transactions'), ref('stg_customer_changes'), ref('stg_customers')
] if not execute else [] %}
with

{% if adds_to_history() -%}
changed_past as (

    {{ changed_past() }}

),

{% endif -%}

transactions as (

    select * from {{ ref('fact_transaction') }}

),

customers as (

    select
        customer_id,
        account_open_date
    from {{ ref('dim_customer') }}
    where is_current

),

days as (

    select full_date
    from {{ ref('dim_date') }}
    where full_date <= {{ as_of_date() }}

),

months as (

    select * from {{ ref('customer_monthly_spend') }}

),

merchant_categories as (

    select
        merchant_category_key,
        iff(category_group = 'Travel', 1, 0) as is_travel
    from {{ ref('dim_merchant_category') }}

),

recalculation_dates as (

    select full_date as recalculation_date
    from days
    where
        full_date = {{ as_of_date() }}
        or (full_date = last_day(full_date) and full_date >= {{ segment_history_start() }})

),

calculated as (

    select
        customers.customer_id,
        customers.account_open_date,
        recalculation_dates.recalculation_date
    from customers
    inner join recalculation_dates on customers.account_open_date <= recalculation_dates.recalculation_date
    {%- if adds_to_history() %}
    left join changed_past on customers.customer_id = changed_past.customer_id
    where
        {{ is_new_recalculation('recalculation_dates.recalculation_date') }}
        or recalculation_dates.recalculation_date >= changed_past.since
    {%- endif %}

),

-- Which day counts for which recalculation date. An equality join on this small table places each transaction in all
-- its windows in one pass.
window_days as (

    select
        days.full_date,
        recalculation_dates.recalculation_date,
        iff(days.full_date > recalculation_dates.recalculation_date - 30, 1, 0) as is_month_1,
        iff(
            days.full_date <= recalculation_dates.recalculation_date - 30
            and days.full_date > recalculation_dates.recalculation_date - 60, 1, 0
        ) as is_month_2,
        iff(days.full_date <= recalculation_dates.recalculation_date - 60, 1, 0) as is_month_3
    from days
    inner join recalculation_dates
        on
            days.full_date > recalculation_dates.recalculation_date - 90
            and days.full_date <= recalculation_dates.recalculation_date

),

{% if adds_to_history() -%}
-- For dates that are new the transactions of everybody, for earlier ones those of the customers whose past changed.
transactions_in_windows as (

    select
        transactions.customer_id,
        transactions.merchant_category_key,
        transactions.transaction_amount,
        window_days.*
    from transactions
    inner join window_days on transactions.transaction_date = window_days.full_date
    where
        transactions.transaction_date > {{ previous_as_of_date() }} - 90
        and {{ is_new_recalculation('window_days.recalculation_date') }}
    union all
    select
        transactions.customer_id,
        transactions.merchant_category_key,
        transactions.transaction_amount,
        window_days.*
    from transactions
    inner join changed_past on transactions.customer_id = changed_past.customer_id
    inner join window_days on transactions.transaction_date = window_days.full_date
    where
        transactions.transaction_date
        > greatest({{ segment_history_start() }}, {{ first_day_of(changed_past()) }}) - 90
        and window_days.recalculation_date >= changed_past.since
        and not {{ is_new_recalculation('window_days.recalculation_date') }}

),
{%- else -%}
transactions_in_windows as (

    select
        transactions.customer_id,
        transactions.merchant_category_key,
        transactions.transaction_amount,
        window_days.*
    from transactions
    inner join window_days on transactions.transaction_date = window_days.full_date
    where transactions.transaction_date > {{ segment_history_start() }} - 90

),
{%- endif %}

windows as (

    select
        spent.customer_id,
        spent.recalculation_date,
        count(*)::integer as transaction_count_90d,
        sum(spent.transaction_amount::number(14, 2)) as spend_90d,
        sum(merchant_categories.is_travel)::integer as travel_transaction_count_90d,
        sum(spent.is_month_1)::integer as transaction_count_30d,
        sum(iff(spent.is_month_1 = 1, spent.transaction_amount, 0)::number(14, 2)) as month_1_spend,
        sum(iff(spent.is_month_2 = 1, spent.transaction_amount, 0)::number(14, 2)) as month_2_spend,
        sum(iff(spent.is_month_3 = 1, spent.transaction_amount, 0)::number(14, 2)) as month_3_spend
    from transactions_in_windows as spent
    inner join merchant_categories on spent.merchant_category_key = merchant_categories.merchant_category_key
    group by 1, 2

),

{% if adds_to_history() -%}
-- Few dates are new, so it is cheaper to look through the months of each than to know when every month's reign ends.
last_transactions as (

    select
        calculated.customer_id,
        calculated.recalculation_date,
        max(months.last_transaction_date) as last_transaction_date
    from calculated
    inner join months
        on
            calculated.customer_id = months.customer_id
            and calculated.recalculation_date >= months.month_start
    group by 1, 2

),
{%- else -%}
-- The newest month with spending holds the last transaction of every date until the next such month begins.
active_months as (

    select
        customer_id,
        month_start,
        last_transaction_date,
        lead(month_start) over (partition by customer_id order by month_start) as next_month_start
    from months

),

last_transactions as (

    select
        active_months.customer_id,
        recalculation_dates.recalculation_date,
        active_months.last_transaction_date
    from active_months
    inner join recalculation_dates
        on
            active_months.month_start <= recalculation_dates.recalculation_date
            and (
                active_months.next_month_start > recalculation_dates.recalculation_date
                or active_months.next_month_start is null
            )

),
{%- endif %}

final as (

    select
        calculated.customer_id,
        calculated.recalculation_date,
        calculated.account_open_date,
        last_transactions.last_transaction_date,
        datediff(day, last_transactions.last_transaction_date, calculated.recalculation_date)::integer
            as days_since_last_transaction,
        coalesce(windows.transaction_count_90d, 0) as transaction_count_90d,
        coalesce(windows.travel_transaction_count_90d, 0) as travel_transaction_count_90d,
        coalesce(windows.transaction_count_30d, 0) as transaction_count_30d,
        coalesce(windows.spend_90d, 0)::number(14, 2) as spend_90d,
        coalesce(windows.month_1_spend, 0)::number(14, 2) as month_1_spend,
        coalesce(windows.month_2_spend, 0)::number(14, 2) as month_2_spend,
        coalesce(windows.month_3_spend, 0)::number(14, 2) as month_3_spend,
        {{ percent_change(
            'coalesce(windows.month_1_spend, 0)',
            'coalesce(windows.month_2_spend, 0)',
            'last_transactions.last_transaction_date is not null'
        ) }} as mom_percent_change
    from calculated
    left join windows
        on
            calculated.customer_id = windows.customer_id
            and calculated.recalculation_date = windows.recalculation_date
    left join last_transactions
        on
            calculated.customer_id = last_transactions.customer_id
            and calculated.recalculation_date = last_transactions.recalculation_date

)

select * from final
