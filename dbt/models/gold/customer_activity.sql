-- Purpose: what segments are decided on: each customer's rolling windows on every recalculation date, which are
-- as_of_date and the month ends before it. A window of n days holds the day itself and the n - 1 days before.
-- Grain: one row per customer and recalculation date on or after the opening of the account.
-- A further day calculates the dates that are new for everybody, and for whom something changed the dates since.
-- depends_on: {{ ref('changed_customers') }}
with

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

transactions as (

    select
        customer_id,
        transaction_date,
        merchant_category_key,
        net_amount,
        -- Sums are net of refunds, whose amounts are negative; counts, averages and the last day are of purchases.
        iff(net_amount > 0, net_amount, null) as purchase_amount,
        iff(net_amount > 0, transaction_date, null) as purchase_date
    from {{ ref('fact_transaction') }}

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
    {% if is_incremental() -%}
    left join {{ ref('changed_customers') }} as changed_customers
        on customers.customer_id = changed_customers.customer_id
    where {{ is_recalculated('recalculation_dates.recalculation_date', 'changed_customers.changed_from') }}
    {%- endif %}

),

calculated_dates as (

    select distinct recalculation_date
    from calculated

),

-- Which windows a day lies in. An equality join on this small table places each transaction in all its windows in one
-- pass, and skips blocks of rows by date.
window_days as (

    select
        days.full_date,
        calculated_dates.recalculation_date,
        {{ is_within('days.full_date', 'calculated_dates.recalculation_date', 0, 30) }} as in_month_1,
        {{ is_within('days.full_date', 'calculated_dates.recalculation_date', 30, 60) }} as in_month_2,
        {{ is_within('days.full_date', 'calculated_dates.recalculation_date', 60, 90) }} as in_month_3
    from days
    inner join calculated_dates
        on
            days.full_date > calculated_dates.recalculation_date - 90
            and days.full_date <= calculated_dates.recalculation_date

),

windows as (

    select
        transactions.customer_id,
        window_days.recalculation_date,
        max(transactions.purchase_date) as last_transaction_date,
        count(transactions.purchase_amount)::integer as transaction_count_90d,
        sum(iff(transactions.net_amount > 0, merchant_categories.is_travel, 0))::integer
            as travel_transaction_count_90d,
        sum(iff(transactions.net_amount > 0, window_days.in_month_1, 0))::integer as transaction_count_30d,
        sum(transactions.purchase_amount::number(14, 2)) as purchase_spend_90d,
        sum(iff(window_days.in_month_1 = 1, transactions.purchase_amount, null)::number(14, 2)) as purchase_spend_30d,
        sum(iff(window_days.in_month_1 = 1, transactions.net_amount, 0)::number(14, 2)) as month_1_spend,
        sum(iff(window_days.in_month_2 = 1, transactions.net_amount, 0)::number(14, 2)) as month_2_spend,
        sum(iff(window_days.in_month_3 = 1, transactions.net_amount, 0)::number(14, 2)) as month_3_spend
    from transactions
    inner join window_days on transactions.transaction_date = window_days.full_date
    inner join merchant_categories on transactions.merchant_category_key = merchant_categories.merchant_category_key
    {% if is_incremental() -%}
    left join {{ ref('changed_customers') }} as changed_customers
        on transactions.customer_id = changed_customers.customer_id
    where {{ is_recalculated('window_days.recalculation_date', 'changed_customers.changed_from') }}
    {%- endif %}
    group by 1, 2

),

buyers as (

    select
        customer_id,
        recalculation_date
    from windows
    where last_transaction_date is not null

),

-- Who did not buy in the window bought last in the newest month before it.
silent as (

    select
        calculated.customer_id,
        calculated.recalculation_date,
        max(months.last_transaction_date) as last_transaction_date
    from calculated
    left join buyers
        on
            calculated.customer_id = buyers.customer_id
            and calculated.recalculation_date = buyers.recalculation_date
    inner join months
        on
            calculated.customer_id = months.customer_id
            and calculated.recalculation_date >= months.month_start
    where buyers.customer_id is null
    group by 1, 2

),

joined as (

    select
        calculated.customer_id,
        calculated.recalculation_date,
        calculated.account_open_date,
        coalesce(windows.last_transaction_date, silent.last_transaction_date) as last_transaction_date,
        coalesce(windows.transaction_count_90d, 0)::integer as transaction_count_90d,
        coalesce(windows.travel_transaction_count_90d, 0)::integer as travel_transaction_count_90d,
        coalesce(windows.transaction_count_30d, 0)::integer as transaction_count_30d,
        coalesce(windows.purchase_spend_90d, 0)::number(14, 2) as purchase_spend_90d,
        coalesce(windows.purchase_spend_30d, 0)::number(14, 2) as purchase_spend_30d,
        coalesce(windows.month_1_spend, 0)::number(14, 2) as month_1_spend,
        coalesce(windows.month_2_spend, 0)::number(14, 2) as month_2_spend,
        coalesce(windows.month_3_spend, 0)::number(14, 2) as month_3_spend
    from calculated
    left join windows
        on
            calculated.customer_id = windows.customer_id
            and calculated.recalculation_date = windows.recalculation_date
    left join silent
        on
            calculated.customer_id = silent.customer_id
            and calculated.recalculation_date = silent.recalculation_date

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
        purchase_spend_90d,
        purchase_spend_30d,
        month_1_spend,
        month_2_spend,
        month_3_spend,
        {{ percent_change(
            'month_1_spend', 'month_2_spend', 'last_transaction_date is not null'
        ) }} as mom_percent_change
    from joined

)

select * from final
order by recalculation_date  -- so that blocks of rows are skipped by date
