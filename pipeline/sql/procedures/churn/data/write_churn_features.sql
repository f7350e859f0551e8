-- purpose: what was known about each customer on a day, as features of churn; the same code for training and scoring
-- grain: one row per customer whose account was open on feature_date, in the table that target_table names
-- Nothing after feature_date is read: neither transactions nor later versions of the customer. No feature is NULL: who
-- never spent counts as silent since the account opened. A window of n days ends on feature_date. Numbers are FLOAT
-- throughout, because PREDICT wants the types of the training; money is summed exactly before, so that every run gets
-- the same features.
create or replace procedure platform.write_churn_features(feature_date date, target_table varchar)
returns number
language sql
comment = 'Writes what was known about each customer on a day into a table'
execute as caller
as
$$
declare
    written integer;
begin
    create or replace table identifier(:target_table) as
    with customers as (
        select
            customer_id,
            (datediff('year', date_of_birth, :feature_date) - iff(
                month(:feature_date) * 100 + day(:feature_date) < month(date_of_birth) * 100 + day(date_of_birth), 1, 0
            ))::integer as age,
            datediff('day', account_open_date, :feature_date)::integer as account_tenure_days,
            card_type,
            credit_limit
        from gold.dim_customer
        where effective_date <= :feature_date and (end_date > :feature_date or end_date is null)
    ),

    categories as (
        select
            merchant_category_key,
            iff(category_group = 'Travel', 1, 0) as is_travel,
            iff(is_discretionary, 1, 0) as is_discretionary
        from gold.dim_merchant_category
    ),

    lifetime as (
        select customer_id, max(transaction_date) as last_date, count(*)::float as transactions
        from gold.fact_transaction
        where transaction_date <= :feature_date and transaction_type = 'purchase'
        group by customer_id
    ),

    last_year as (
        select
            t.customer_id,
            t.transaction_date,
            t.merchant_category_key,
            t.transaction_amount as amount,
            datediff('day', t.transaction_date, :feature_date) as days_ago,
            iff(dayofweekiso(t.transaction_date) >= 6, 1, 0) as is_weekend,
            iff(hour(t.transaction_timestamp) >= 18, 1, 0) as is_evening,
            c.is_travel,
            c.is_discretionary
        from gold.fact_transaction as t
        inner join categories as c on t.merchant_category_key = c.merchant_category_key
        where
            t.transaction_date > :feature_date - 365
            and t.transaction_date <= :feature_date
            and t.transaction_type = 'purchase'
    ),

    windows as (
        select
            customer_id,
            count(*)::float as count_365,
            sum(amount) as spend_365,
            max(days_ago)::float as first_days_ago,
            min(days_ago)::float as last_days_ago,
            count_if(days_ago < 180)::float as count_180,
            sum(iff(days_ago < 180, amount, 0)) as spend_180,
            count_if(days_ago >= 60 and days_ago < 180)::float as count_60_to_180,
            count_if(days_ago < 90)::float as count_90,
            sum(iff(days_ago < 90, amount, 0)) as spend_90,
            count_if(days_ago < 60)::float as count_60,
            sum(iff(days_ago < 60, amount, 0)) as spend_60,
            count_if(days_ago < 30)::float as count_30,
            sum(iff(days_ago < 30, amount, 0)) as spend_30,
            count(distinct merchant_category_key)::integer as categories_365,
            count(distinct iff(days_ago < 90, merchant_category_key, null))::integer as categories_90,
            sum(iff(days_ago < 90, is_travel, 0)) as travel_90,
            sum(iff(days_ago < 90, is_discretionary, 0)) as discretionary_90,
            sum(iff(days_ago < 90, is_weekend, 0)) as weekend_90,
            sum(iff(days_ago < 90, is_evening, 0)) as evening_90,
            max(iff(days_ago < 90, days_ago, null))::float as first_days_ago_90
        from last_year
        group by customer_id
    ),

    active_days as (
        select distinct customer_id, days_ago
        from last_year
        where days_ago < 180
    ),

    pauses as (
        select
            customer_id,
            days_ago,
            lag(days_ago) over (partition by customer_id order by days_ago desc) - days_ago as pause
        from active_days
    ),

    rhythm as (
        select customer_id, max(pause) as longest_pause, count(*)::integer as active_days_180
        from pauses
        group by customer_id
    ),

    declined as (
        select
            customer_id,
            count(distinct transaction_id)::float as declined_ever,
            count(distinct iff(transaction_date > :feature_date - 365, transaction_id, null))::float as declined_365,
            count(distinct iff(transaction_date > :feature_date - 90, transaction_id, null))::integer as declined_90
        from bronze.bronze_transactions
        where status = 'declined' and transaction_date <= :feature_date
        group by customer_id
    ),

    joined as (
        select
            c.*,
            coalesce(datediff('day', l.last_date, :feature_date), c.account_tenure_days)::integer as silence,
            coalesce(l.transactions, 0) as transactions,
            -- days that a window of 180 or 365 days really holds for a young account
            least(180, greatest(90, c.account_tenure_days))::float as days_180,
            least(365, greatest(90, c.account_tenure_days))::float as days_365,
            coalesce(w.count_365, 0) as count_365,
            coalesce(w.spend_365, 0)::float as spend_365,
            coalesce(w.count_180, 0) as count_180,
            coalesce(w.spend_180, 0)::float as spend_180,
            coalesce(w.count_60_to_180, 0) as count_60_to_180,
            coalesce(w.count_90, 0) as count_90,
            coalesce(w.spend_90, 0)::float as spend_90,
            coalesce(w.count_60, 0) as count_60,
            coalesce(w.spend_60, 0)::float as spend_60,
            coalesce(w.count_30, 0) as count_30,
            coalesce(w.spend_30, 0)::float as spend_30,
            coalesce(w.categories_365, 0) as categories_365,
            coalesce(w.categories_90, 0) as categories_90,
            coalesce(w.travel_90, 0) as travel_90,
            coalesce(w.discretionary_90, 0) as discretionary_90,
            coalesce(w.weekend_90, 0) as weekend_90,
            coalesce(w.evening_90, 0) as evening_90,
            coalesce(d.declined_ever, 0) as declined_ever,
            coalesce(d.declined_365, 0) as declined_365,
            coalesce(d.declined_90, 0) as declined_90,
            coalesce(r.active_days_180, 0) as active_days_180,
            coalesce(r.longest_pause, 0) as longest_pause,
            -- the customer's own rhythm: mean days from one transaction to the next
            iff(w.count_90 > 1, (w.first_days_ago_90 - w.last_days_ago) / nullif(w.count_90 - 1, 0), 90)::float as gap_90,
            iff(w.count_365 > 1, (w.first_days_ago - w.last_days_ago) / nullif(w.count_365 - 1, 0), 365)::float as gap_365
        from customers as c
        left join lifetime as l on c.customer_id = l.customer_id
        left join windows as w on c.customer_id = w.customer_id
        left join rhythm as r on c.customer_id = r.customer_id
        left join declined as d on c.customer_id = d.customer_id
    ),

    -- trends: daily rate of a shorter window against that of a longer one, 1 = no change, NULL = nothing in the longer one
    compared as (
        select
            *,
            coalesce(spend_90 / nullif(count_90, 0), 0)::float as value_90,
            (spend_60 / 60) / nullif(spend_90 / 90, 0) as spend_60_vs_90,
            (count_30 / 30) / nullif(count_90 / 90, 0) as count_30_vs_90,
            (count_60 / 60) / nullif(count_60_to_180 / greatest(30, days_180 - 60), 0) as count_60_vs_before,
            (count_90 / 90) / nullif(count_180 / days_180, 0) as count_90_vs_180,
            (count_180 / days_180) / nullif(count_365 / days_365, 0) as count_180_vs_365,
            (count_90 / 90) / nullif(transactions / greatest(90, account_tenure_days), 0) as count_90_vs_ever,
            (spend_90 / 90) / nullif(spend_365 / days_365, 0) as spend_90_vs_365,
            (spend_90 / nullif(count_90, 0)) / nullif(spend_365 / nullif(count_365, 0), 0) as value_90_vs_365,
            categories_90::float / nullif(categories_365, 0) as categories_90_vs_365
        from joined
    ),

    -- The day's season, which is no sign of leaving: the typical trend and the mean level of all active customers. A
    -- median, because customers who leave pull a mean down, and everybody else then seems to grow. Means are rounded,
    -- because the last digits of a sum of fractions depend on the order of its rows.
    season as (
        select
            median(spend_60_vs_90) as spend_60_vs_90,
            median(count_30_vs_90) as count_30_vs_90,
            median(count_60_vs_before) as count_60_vs_before,
            median(count_90_vs_180) as count_90_vs_180,
            median(count_180_vs_365) as count_180_vs_365,
            median(count_90_vs_ever) as count_90_vs_ever,
            median(spend_90_vs_365) as spend_90_vs_365,
            median(value_90_vs_365) as value_90_vs_365,
            median(categories_90_vs_365) as categories_90_vs_365,
            round(avg(spend_90), 6)::float as spend_90,
            round(avg(count_90), 6)::float as count_90,
            round(avg(value_90), 6)::float as value_90,
            round(avg(categories_90), 6)::float as categories_90,
            round(avg(active_days_180), 6)::float as active_days_180,
            round(avg(gap_90), 6)::float as gap_90,
            round(avg(declined_90), 6)::float as declined_90
        from compared
        where silence < 90
    )

    select
        c.customer_id,
        -- who the customer is
        c.age::float as age,
        c.account_tenure_days::float as account_tenure_days,
        c.card_type,
        c.credit_limit::float as credit_limit,
        -- behaviour in the last 90 days: levels for people to read, each followed by the same against the season for the
        -- model, 1 = the mean of all active customers
        c.spend_90 as total_spend_90d,
        coalesce(c.spend_90 / nullif(season.spend_90, 0), 0)::float as total_spend_90d_vs_all,
        c.count_90 as transaction_count_90d,
        coalesce(c.count_90 / nullif(season.count_90, 0), 0)::float as transaction_count_90d_vs_all,
        c.value_90 as avg_transaction_value_90d,
        coalesce(c.value_90 / nullif(season.value_90, 0), 0)::float as avg_transaction_value_90d_vs_all,
        c.categories_90::float as distinct_merchant_categories_90d,
        coalesce(c.categories_90 / nullif(season.categories_90, 0), 0)::float as distinct_merchant_categories_90d_vs_all,
        coalesce(100 * c.travel_90 / nullif(c.count_90, 0), 0)::float as travel_transaction_pct,
        coalesce(100 * c.discretionary_90 / nullif(c.count_90, 0), 0)::float as discretionary_transaction_pct,
        c.gap_90 as days_between_transactions_avg,
        coalesce(c.gap_90 / nullif(season.gap_90, 0), 0)::float as days_between_transactions_avg_vs_all,
        -- trends against the season: 0 = as the typical customer, -1 = nothing any more
        coalesce(c.spend_60_vs_90 / nullif(season.spend_60_vs_90, 0) - 1, 0)::float as spend_trend_60d_vs_90d,
        coalesce(c.count_30_vs_90 / nullif(season.count_30_vs_90, 0) - 1, 0)::float as transaction_frequency_trend,
        coalesce(c.count_60_vs_before / nullif(season.count_60_vs_before, 0) - 1, 0)::float
            as frequency_trend_60d_vs_before,
        coalesce(c.count_90_vs_180 / nullif(season.count_90_vs_180, 0) - 1, 0)::float as frequency_trend_90d_vs_180d,
        coalesce(c.count_180_vs_365 / nullif(season.count_180_vs_365, 0) - 1, 0)::float as frequency_trend_180d_vs_365d,
        coalesce(c.count_90_vs_ever / nullif(season.count_90_vs_ever, 0) - 1, 0)::float as frequency_trend_90d_vs_ever,
        coalesce(c.spend_90_vs_365 / nullif(season.spend_90_vs_365, 0) - 1, 0)::float as spend_trend_90d_vs_365d,
        coalesce(c.value_90_vs_365 / nullif(season.value_90_vs_365, 0) - 1, 0)::float
            as transaction_value_trend_90d_vs_365d,
        coalesce(c.categories_90_vs_365 / nullif(season.categories_90_vs_365, 0) - 1, 0)::float
            as category_breadth_trend_90d_vs_365d,
        -- engagement
        coalesce(100 * c.weekend_90 / nullif(c.count_90, 0), 0)::float as weekend_transaction_pct,
        coalesce(100 * c.evening_90 / nullif(c.count_90, 0), 0)::float as evening_transaction_pct,
        c.active_days_180::float as active_days_180d,
        coalesce(c.active_days_180 / nullif(season.active_days_180, 0), 0)::float as active_days_180d_vs_all,
        -- risk: declined transactions over several windows, and silence against the customer's own rhythm
        c.declined_90::float as declined_transaction_count,
        coalesce(c.declined_90 / nullif(season.declined_90, 0), 0)::float as declined_transaction_count_vs_all,
        coalesce(100 * c.declined_90 / nullif(c.declined_90 + c.count_90, 0), 0)::float as declined_transaction_pct,
        coalesce(100 * c.declined_365 / nullif(c.declined_365 + c.count_365, 0), 0)::float as declined_transaction_pct_365d,
        coalesce(100 * c.declined_ever / nullif(c.declined_ever + c.transactions, 0), 0)::float
            as declined_transaction_pct_ever,
        greatest(c.longest_pause, least(c.silence, 180))::float as max_days_inactive,
        c.silence::float as days_since_last_transaction,
        least(100, c.silence / greatest(1, c.gap_365))::float as recency_vs_own_rhythm,
        least(100, c.silence / greatest(1, c.longest_pause)::float)::float as recency_vs_longest_pause
    from compared as c
    cross join season;
    select count(*) into :written from identifier(:target_table);
    return written;
end
$$
