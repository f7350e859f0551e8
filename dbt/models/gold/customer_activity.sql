-- Purpose: what segments are decided on: each customer's rolling windows on every recalculation date, which are
-- as_of_date and the month ends before it. A window of n days holds the day itself and the n - 1 days before.
-- Grain: one row per customer and recalculation date on or after the opening of the account.
{#- A build that adds to the table moves the windows of the as_of_date before on to the dates that are new: only what
    enters or leaves a window is read. For customers whose past changed, by transactions or changes that came late, it
    sums up the windows again, on every date since. -#}
{% set depends_on = [
    ref('changed_transactions'), ref('stg_customer_changes'), ref('stg_customers')
] if not execute else [] %}
with

{% if adds_to_history() -%}
changed_past as (

    {{ changed_past() }}

),

windows_before as (

    select * from {{ this }}
    where recalculation_date = {{ previous_as_of_date() }}

),

{% endif -%}

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

{% if adds_to_history() -%}
calculated as (

    select
        customers.customer_id,
        customers.account_open_date,
        recalculation_dates.recalculation_date,
        true as is_moved
    from customers
    inner join recalculation_dates
        on
            customers.account_open_date <= recalculation_dates.recalculation_date
            and {{ is_new_recalculation('recalculation_dates.recalculation_date') }}
    left join changed_past on customers.customer_id = changed_past.customer_id
    where changed_past.customer_id is null
    union all
    select
        customers.customer_id,
        customers.account_open_date,
        recalculation_dates.recalculation_date,
        false as is_moved
    from changed_past
    inner join customers on changed_past.customer_id = customers.customer_id
    -- dates before the opening too: what a load that moved it left there goes (kept_where)
    inner join recalculation_dates on changed_past.since <= recalculation_dates.recalculation_date

),
{%- else -%}
calculated as (

    select
        customers.customer_id,
        customers.account_open_date,
        recalculation_dates.recalculation_date,
        false as is_moved
    from customers
    inner join recalculation_dates on customers.account_open_date <= recalculation_dates.recalculation_date

),
{%- endif %}

-- How often a day counts for a recalculation date. An equality join on this small table places each transaction in all
-- its windows in one pass.
window_days as (

    select
        days.full_date,
        recalculation_dates.recalculation_date,
        {{ is_within('days.full_date', 'recalculation_dates.recalculation_date', 0, 30) }} as in_month_1,
        {{ is_within('days.full_date', 'recalculation_dates.recalculation_date', 30, 60) }} as in_month_2,
        {{ is_within('days.full_date', 'recalculation_dates.recalculation_date', 60, 90) }} as in_month_3,
        1 as in_window
    from days
    inner join recalculation_dates
        on
            days.full_date > recalculation_dates.recalculation_date - 90
            and days.full_date <= recalculation_dates.recalculation_date

),

{% if adds_to_history() -%}
-- How much more often than for the as_of_date before: -1 where a day leaves a window.
days_moved as (

    select
        days.full_date,
        recalculation_dates.recalculation_date,
        {{ is_within('days.full_date', 'recalculation_dates.recalculation_date', 0, 30) }}
        - {{ is_within('days.full_date', previous_as_of_date(), 0, 30) }} as in_month_1,
        {{ is_within('days.full_date', 'recalculation_dates.recalculation_date', 30, 60) }}
        - {{ is_within('days.full_date', previous_as_of_date(), 30, 60) }} as in_month_2,
        {{ is_within('days.full_date', 'recalculation_dates.recalculation_date', 60, 90) }}
        - {{ is_within('days.full_date', previous_as_of_date(), 60, 90) }} as in_month_3,
        in_month_1 + in_month_2 + in_month_3 as in_window
    from days
    inner join recalculation_dates
        on
            days.full_date <= recalculation_dates.recalculation_date
            and {{ is_new_recalculation('recalculation_dates.recalculation_date') }}
    where days.full_date > {{ previous_as_of_date() }} - 90

),

transactions_in_windows as (

    select
        transactions.customer_id,
        transactions.merchant_category_key,
        transactions.transaction_amount,
        days_moved.*
    from {{ ref('fact_transaction') }} as transactions
    inner join days_moved on transactions.transaction_date = days_moved.full_date
    left join changed_past on transactions.customer_id = changed_past.customer_id
    where
        transactions.transaction_date > {{ previous_as_of_date() }} - 90
        and (
            days_moved.in_month_1 <> 0
            or days_moved.in_month_2 <> 0
            or days_moved.in_month_3 <> 0
            or days_moved.full_date > {{ previous_as_of_date() }}
        )
        and changed_past.customer_id is null
    union all
    select
        transactions.customer_id,
        transactions.merchant_category_key,
        transactions.transaction_amount,
        window_days.*
    from {{ ref('fact_transaction') }} as transactions
    inner join changed_past on transactions.customer_id = changed_past.customer_id
    inner join window_days on transactions.transaction_date = window_days.full_date
    where
        transactions.transaction_date
        > greatest({{ segment_history_start() }}, {{ first_day_of('past') }}) - 90
        and window_days.recalculation_date >= changed_past.since

),
{%- else -%}
transactions_in_windows as (

    select
        transactions.customer_id,
        transactions.merchant_category_key,
        transactions.transaction_amount,
        window_days.*
    from {{ ref('fact_transaction') }} as transactions
    inner join window_days on transactions.transaction_date = window_days.full_date
    where transactions.transaction_date > {{ segment_history_start() }} - 90

),
{%- endif %}

windows as (

    select
        spent.customer_id,
        spent.recalculation_date,
        max(spent.full_date) as last_transaction_date,
        sum(spent.in_window)::integer as transaction_count_90d,
        sum(spent.in_window * merchant_categories.is_travel)::integer as travel_transaction_count_90d,
        sum(spent.in_month_1)::integer as transaction_count_30d,
        sum((spent.in_month_1 * spent.transaction_amount)::number(14, 2)) as month_1_spend,
        sum((spent.in_month_2 * spent.transaction_amount)::number(14, 2)) as month_2_spend,
        sum((spent.in_month_3 * spent.transaction_amount)::number(14, 2)) as month_3_spend
    from transactions_in_windows as spent
    inner join merchant_categories on spent.merchant_category_key = merchant_categories.merchant_category_key
    group by 1, 2

),

-- Who did not spend in the window spent last in the newest month before it.
silent as (

    select
        calculated.customer_id,
        calculated.recalculation_date,
        max(months.last_transaction_date) as last_transaction_date
    from calculated
    left join windows
        on
            calculated.customer_id = windows.customer_id
            and calculated.recalculation_date = windows.recalculation_date
    inner join months
        on
            calculated.customer_id = months.customer_id
            and calculated.recalculation_date >= months.month_start
    where
        windows.customer_id is null
        and not calculated.is_moved
    group by 1, 2

),

joined as (

    select
        calculated.customer_id,
        calculated.recalculation_date,
        calculated.account_open_date,
        {%- if adds_to_history() %}
        greatest(
            coalesce(
                windows.last_transaction_date, silent.last_transaction_date, windows_before.last_transaction_date
            ),
            coalesce(windows_before.last_transaction_date, windows.last_transaction_date, silent.last_transaction_date)
        ) as last_transaction_date,
        {%- else %}
        coalesce(windows.last_transaction_date, silent.last_transaction_date) as last_transaction_date,
        {%- endif %}
        ({{ moved_on('transaction_count_90d') }})::integer as transaction_count_90d,
        ({{ moved_on('travel_transaction_count_90d') }})::integer as travel_transaction_count_90d,
        ({{ moved_on('transaction_count_30d') }})::integer as transaction_count_30d,
        ({{ moved_on('month_1_spend') }})::number(14, 2) as month_1_spend,
        ({{ moved_on('month_2_spend') }})::number(14, 2) as month_2_spend,
        ({{ moved_on('month_3_spend') }})::number(14, 2) as month_3_spend
    from calculated
    left join windows
        on
            calculated.customer_id = windows.customer_id
            and calculated.recalculation_date = windows.recalculation_date
    left join silent
        on
            calculated.customer_id = silent.customer_id
            and calculated.recalculation_date = silent.recalculation_date
    {%- if adds_to_history() %}
    left join windows_before
        on
            calculated.customer_id = windows_before.customer_id
            and calculated.is_moved
    {%- endif %}

),

final as (

    select
        customer_id,
        recalculation_date,
        account_open_date,
        last_transaction_date,
        datediff(day, last_transaction_date, recalculation_date)::integer as days_since_last_transaction,
        transaction_count_90d,
        travel_transaction_count_90d,
        transaction_count_30d,
        (month_1_spend + month_2_spend + month_3_spend)::number(14, 2) as spend_90d,
        month_1_spend,
        month_2_spend,
        month_3_spend,
        {{ percent_change(
            'month_1_spend', 'month_2_spend', 'last_transaction_date is not null'
        ) }} as mom_percent_change
    from joined

)

select * from final
{%- if not adds_to_history() %}
-- ordered, so that blocks of rows are skipped by date
order by recalculation_date
{%- endif %}
