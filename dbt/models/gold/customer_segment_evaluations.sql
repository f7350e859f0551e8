-- Purpose: the segment of each customer on every recalculation date, and why: the rules, applied to the figures of
-- CUSTOMER_ACTIVITY.
-- Grain: one row per customer and recalculation date on or after the opening of the account.
-- A further day evaluates what was calculated again there.
-- Where several rules hold, the first by priority: Declining, High-Value Travelers, New & Growing, Budget-Conscious,
-- Stable Mid-Spenders. Where none holds, the nearest: each condition's shortfall is measured relative to its limit (for
-- changes in percent: relative to 100), shortfalls are added up per rule, the smallest sum wins; equals go by priority.
-- depends_on: {{ ref('changed_customers') }}
with

activity as (

    select activity.*
    from {{ ref('customer_activity') }} as activity
    {% if is_incremental() -%}
    left join {{ ref('changed_customers') }} as changed_customers
        on activity.customer_id = changed_customers.customer_id
    where {{ is_recalculated('activity.recalculation_date', 'changed_customers.changed_from') }}
    {%- endif %}

),

measured as (

    select
        *,
        coalesce(purchase_spend_90d::float / nullif(transaction_count_90d, 0), 0) as avg_transaction_value_90d,
        coalesce({{ rounded_quotient('purchase_spend_90d', 'transaction_count_90d') }}, 0)::number(12, 2)
            as rounded_transaction_value_90d,
        coalesce(100 * travel_transaction_count_90d::float / nullif(transaction_count_90d, 0), 0) as travel_percent_90d,
        coalesce({{ rounded_quotient('100 * travel_transaction_count_90d', 'transaction_count_90d') }}, 0)::number(5, 2)
            as rounded_travel_percent_90d,
        dateadd(month, 12, account_open_date) > recalculation_date as is_new_account,
        datediff(day, account_open_date, recalculation_date)::integer as account_age_days
    from activity

),

rules as (

    select
        *,
        mom_percent_change < -20 and days_since_last_transaction > 45 as is_declining,
        spend_90d > 5000 and travel_percent_90d > 30 and transaction_count_90d > 20 as is_high_value_traveler,
        is_new_account and mom_percent_change > 20 as is_new_and_growing,
        avg_transaction_value_90d < 50 and transaction_count_90d > 15 as is_budget_conscious,
        spend_90d between 1000 and 5000
        and transaction_count_90d between 10 and 30
        and mom_percent_change between -10 and 10 as is_stable_mid_spender,

        -- A customer who never spent has nothing to decline from.
        iff(
            days_since_last_transaction is null, 99,
            greatest(0, (mom_percent_change::float + 20) / 100)
            + greatest(0, (45 - days_since_last_transaction::float) / 45)
        )::float as declining_distance,
        (
            greatest(0, (5000 - spend_90d::float) / 5000)
            + greatest(0, (30 - travel_percent_90d) / 30)
            + greatest(0, (20 - transaction_count_90d::float) / 20)
        )::float as high_value_traveler_distance,
        (
            iff(is_new_account, 0, greatest(0, (account_age_days::float - 365) / 365))
            + greatest(0, (20 - mom_percent_change::float) / 100)
        )::float as new_and_growing_distance,
        (
            greatest(0, (avg_transaction_value_90d - 50) / 50)
            + greatest(0, (15 - transaction_count_90d::float) / 15)
        )::float as budget_conscious_distance,
        (
            greatest(0, (1000 - spend_90d::float) / 1000, (spend_90d::float - 5000) / 5000)
            + greatest(0, (10 - transaction_count_90d::float) / 10, (transaction_count_90d::float - 30) / 30)
            + greatest(0, (abs(mom_percent_change)::float - 10) / 100)
        )::float as stable_mid_spender_distance
    from measured

),

nearest as (

    select
        *,
        coalesce(is_declining, false)
        or is_high_value_traveler
        or is_new_and_growing
        or is_budget_conscious
        or is_stable_mid_spender as is_exact_rule,
        least(
            declining_distance,
            high_value_traveler_distance,
            new_and_growing_distance,
            budget_conscious_distance,
            stable_mid_spender_distance
        ) as nearest_distance
    from rules

),

placed as (

    select
        *,
        case
            when is_declining then 'Declining'
            when is_high_value_traveler then 'High-Value Travelers'
            when is_new_and_growing then 'New & Growing'
            when is_budget_conscious then 'Budget-Conscious'
            when is_stable_mid_spender then 'Stable Mid-Spenders'
            when nearest_distance = declining_distance then 'Declining'
            when nearest_distance = high_value_traveler_distance then 'High-Value Travelers'
            when nearest_distance = new_and_growing_distance then 'New & Growing'
            when nearest_distance = budget_conscious_distance then 'Budget-Conscious'
            else 'Stable Mid-Spenders'
        end as segment
    from nearest

),

final as (

    select
        customer_id,
        recalculation_date,
        segment,
        is_exact_rule,
        iff(is_exact_rule, 'Rule: ', 'Nearest rule: ')
        || case segment
            when 'Declining'
                then
                    'spend ' || to_varchar(mom_percent_change::integer) || ' % on the month before, last transaction '
                    || to_varchar(coalesce(days_since_last_transaction, 0)) || ' days ago'
            when 'High-Value Travelers'
                then
                    '$' || to_varchar(spend_90d) || ' in 90 days, ' || to_varchar(round(travel_percent_90d)::integer)
                    || ' % travel, ' || to_varchar(transaction_count_90d) || ' transactions'
            when 'New & Growing'
                then
                    'account open for ' || to_varchar(account_age_days) || ' days, spend '
                    || to_varchar(mom_percent_change::integer) || ' % on the month before'
            when 'Budget-Conscious'
                then
                    '$' || to_varchar(rounded_transaction_value_90d) || ' a transaction, '
                    || to_varchar(transaction_count_90d) || ' transactions in 90 days'
            else
                '$' || to_varchar(spend_90d) || ' in 90 days, ' || to_varchar(transaction_count_90d)
                || ' transactions, spend ' || to_varchar(mom_percent_change::integer) || ' % on the month before'
        end as segment_reason,
        spend_90d,
        transaction_count_90d,
        rounded_transaction_value_90d as avg_transaction_value_90d,
        mom_percent_change,
        days_since_last_transaction,
        rounded_travel_percent_90d as travel_percent_90d
    from placed

)

select * from final
order by recalculation_date  -- so that blocks of rows are skipped by date
