-- purpose: what was known about each customer on a day, as features of churn; the same code for training and scoring
-- grain: one row per customer whose account was open on feature_date, in the table that target_table names
-- Nothing after feature_date is read: neither transactions nor later versions of the customer. No feature is NULL: who
-- never spent counts as silent since the account opened. A window of n days ends on feature_date. Numbers are FLOAT
-- throughout, because PREDICT wants the types of the training; money is summed exactly before, so that every run gets
-- the same features.
DECLARE
  written INTEGER;
BEGIN
  CREATE OR REPLACE TABLE IDENTIFIER(:target_table) AS
  WITH customers AS (
    SELECT
      customer_id,
      (DATEDIFF('year', date_of_birth, :feature_date) - IFF(
        MONTH(:feature_date) * 100 + DAY(:feature_date) < MONTH(date_of_birth) * 100 + DAY(date_of_birth), 1, 0
      ))::INTEGER AS age,
      DATEDIFF('day', account_open_date, :feature_date)::INTEGER AS account_tenure_days,
      card_type,
      credit_limit
    FROM GOLD.DIM_CUSTOMER
    WHERE effective_date <= :feature_date AND (end_date > :feature_date OR end_date IS NULL)
  ),
  categories AS (
    SELECT
      merchant_category_key,
      IFF(category_group = 'Travel', 1, 0) AS is_travel,
      IFF(is_discretionary, 1, 0) AS is_discretionary
    FROM GOLD.DIM_MERCHANT_CATEGORY
  ),
  lifetime AS (
    SELECT customer_id, MAX(transaction_date) AS last_date, COUNT(*)::FLOAT AS transactions
    FROM GOLD.FACT_TRANSACTION
    WHERE transaction_date <= :feature_date
    GROUP BY customer_id
  ),
  last_year AS (
    SELECT
      t.customer_id,
      t.transaction_date,
      t.merchant_category_key,
      t.transaction_amount AS amount,
      DATEDIFF('day', t.transaction_date, :feature_date) AS days_ago,
      IFF(DAYOFWEEKISO(t.transaction_date) >= 6, 1, 0) AS is_weekend,
      IFF(HOUR(t.transaction_timestamp) >= 18, 1, 0) AS is_evening,
      c.is_travel,
      c.is_discretionary
    FROM GOLD.FACT_TRANSACTION AS t
    INNER JOIN categories AS c ON t.merchant_category_key = c.merchant_category_key
    WHERE t.transaction_date > :feature_date - 365 AND t.transaction_date <= :feature_date
  ),
  windows AS (
    SELECT
      customer_id,
      COUNT(*)::FLOAT AS count_365,
      SUM(amount) AS spend_365,
      MAX(days_ago)::FLOAT AS first_days_ago,
      MIN(days_ago)::FLOAT AS last_days_ago,
      COUNT_IF(days_ago < 180)::FLOAT AS count_180,
      SUM(IFF(days_ago < 180, amount, 0)) AS spend_180,
      COUNT_IF(days_ago >= 60 AND days_ago < 180)::FLOAT AS count_60_to_180,
      COUNT_IF(days_ago < 90)::FLOAT AS count_90,
      SUM(IFF(days_ago < 90, amount, 0)) AS spend_90,
      COUNT_IF(days_ago < 60)::FLOAT AS count_60,
      SUM(IFF(days_ago < 60, amount, 0)) AS spend_60,
      COUNT_IF(days_ago < 30)::FLOAT AS count_30,
      SUM(IFF(days_ago < 30, amount, 0)) AS spend_30,
      COUNT(DISTINCT merchant_category_key)::INTEGER AS categories_365,
      COUNT(DISTINCT IFF(days_ago < 90, merchant_category_key, NULL))::INTEGER AS categories_90,
      SUM(IFF(days_ago < 90, is_travel, 0)) AS travel_90,
      SUM(IFF(days_ago < 90, is_discretionary, 0)) AS discretionary_90,
      SUM(IFF(days_ago < 90, is_weekend, 0)) AS weekend_90,
      SUM(IFF(days_ago < 90, is_evening, 0)) AS evening_90,
      MAX(IFF(days_ago < 90, days_ago, NULL))::FLOAT AS first_days_ago_90
    FROM last_year
    GROUP BY customer_id
  ),
  active_days AS (
    SELECT DISTINCT customer_id, days_ago
    FROM last_year
    WHERE days_ago < 180
  ),
  pauses AS (
    SELECT
      customer_id,
      days_ago,
      LAG(days_ago) OVER (PARTITION BY customer_id ORDER BY days_ago DESC) - days_ago AS pause
    FROM active_days
  ),
  rhythm AS (
    SELECT customer_id, MAX(pause) AS longest_pause, COUNT(*)::INTEGER AS active_days_180
    FROM pauses
    GROUP BY customer_id
  ),
  declined AS (
    SELECT
      customer_id,
      COUNT(DISTINCT transaction_id)::FLOAT AS declined_ever,
      COUNT(DISTINCT IFF(transaction_date > :feature_date - 365, transaction_id, NULL))::FLOAT AS declined_365,
      COUNT(DISTINCT IFF(transaction_date > :feature_date - 90, transaction_id, NULL))::INTEGER AS declined_90
    FROM BRONZE.BRONZE_TRANSACTIONS
    WHERE status = 'declined' AND transaction_date <= :feature_date
    GROUP BY customer_id
  ),
  joined AS (
    SELECT
      c.*,
      COALESCE(DATEDIFF('day', l.last_date, :feature_date), c.account_tenure_days)::INTEGER AS silence,
      COALESCE(l.transactions, 0) AS transactions,
      -- days that a window of 180 or 365 days really holds for a young account
      LEAST(180, GREATEST(90, c.account_tenure_days))::FLOAT AS days_180,
      LEAST(365, GREATEST(90, c.account_tenure_days))::FLOAT AS days_365,
      COALESCE(w.count_365, 0) AS count_365,
      COALESCE(w.spend_365, 0)::FLOAT AS spend_365,
      COALESCE(w.count_180, 0) AS count_180,
      COALESCE(w.spend_180, 0)::FLOAT AS spend_180,
      COALESCE(w.count_60_to_180, 0) AS count_60_to_180,
      COALESCE(w.count_90, 0) AS count_90,
      COALESCE(w.spend_90, 0)::FLOAT AS spend_90,
      COALESCE(w.count_60, 0) AS count_60,
      COALESCE(w.spend_60, 0)::FLOAT AS spend_60,
      COALESCE(w.count_30, 0) AS count_30,
      COALESCE(w.spend_30, 0)::FLOAT AS spend_30,
      COALESCE(w.categories_365, 0) AS categories_365,
      COALESCE(w.categories_90, 0) AS categories_90,
      COALESCE(w.travel_90, 0) AS travel_90,
      COALESCE(w.discretionary_90, 0) AS discretionary_90,
      COALESCE(w.weekend_90, 0) AS weekend_90,
      COALESCE(w.evening_90, 0) AS evening_90,
      COALESCE(d.declined_ever, 0) AS declined_ever,
      COALESCE(d.declined_365, 0) AS declined_365,
      COALESCE(d.declined_90, 0) AS declined_90,
      COALESCE(r.active_days_180, 0) AS active_days_180,
      COALESCE(r.longest_pause, 0) AS longest_pause,
      -- the customer's own rhythm: mean days from one transaction to the next
      IFF(w.count_90 > 1, (w.first_days_ago_90 - w.last_days_ago) / NULLIF(w.count_90 - 1, 0), 90)::FLOAT AS gap_90,
      IFF(w.count_365 > 1, (w.first_days_ago - w.last_days_ago) / NULLIF(w.count_365 - 1, 0), 365)::FLOAT AS gap_365
    FROM customers AS c
    LEFT JOIN lifetime AS l ON c.customer_id = l.customer_id
    LEFT JOIN windows AS w ON c.customer_id = w.customer_id
    LEFT JOIN rhythm AS r ON c.customer_id = r.customer_id
    LEFT JOIN declined AS d ON c.customer_id = d.customer_id
  ),
  -- trends: daily rate of a shorter window against that of a longer one, 1 = no change, NULL = nothing in the longer one
  compared AS (
    SELECT
      *,
      COALESCE(spend_90 / NULLIF(count_90, 0), 0)::FLOAT AS value_90,
      (spend_60 / 60) / NULLIF(spend_90 / 90, 0) AS spend_60_vs_90,
      (count_30 / 30) / NULLIF(count_90 / 90, 0) AS count_30_vs_90,
      (count_60 / 60) / NULLIF(count_60_to_180 / GREATEST(30, days_180 - 60), 0) AS count_60_vs_before,
      (count_90 / 90) / NULLIF(count_180 / days_180, 0) AS count_90_vs_180,
      (count_180 / days_180) / NULLIF(count_365 / days_365, 0) AS count_180_vs_365,
      (count_90 / 90) / NULLIF(transactions / GREATEST(90, account_tenure_days), 0) AS count_90_vs_ever,
      (spend_90 / 90) / NULLIF(spend_365 / days_365, 0) AS spend_90_vs_365,
      (spend_90 / NULLIF(count_90, 0)) / NULLIF(spend_365 / NULLIF(count_365, 0), 0) AS value_90_vs_365,
      categories_90::FLOAT / NULLIF(categories_365, 0) AS categories_90_vs_365
    FROM joined
  ),
  -- The day's season, which is no sign of leaving: the typical trend and the mean level of all active customers. A
  -- median, because customers who leave pull a mean down, and everybody else then seems to grow. Means are rounded,
  -- because the last digits of a sum of fractions depend on the order of its rows.
  season AS (
    SELECT
      MEDIAN(spend_60_vs_90) AS spend_60_vs_90,
      MEDIAN(count_30_vs_90) AS count_30_vs_90,
      MEDIAN(count_60_vs_before) AS count_60_vs_before,
      MEDIAN(count_90_vs_180) AS count_90_vs_180,
      MEDIAN(count_180_vs_365) AS count_180_vs_365,
      MEDIAN(count_90_vs_ever) AS count_90_vs_ever,
      MEDIAN(spend_90_vs_365) AS spend_90_vs_365,
      MEDIAN(value_90_vs_365) AS value_90_vs_365,
      MEDIAN(categories_90_vs_365) AS categories_90_vs_365,
      ROUND(AVG(spend_90), 6)::FLOAT AS spend_90,
      ROUND(AVG(count_90), 6)::FLOAT AS count_90,
      ROUND(AVG(value_90), 6)::FLOAT AS value_90,
      ROUND(AVG(categories_90), 6)::FLOAT AS categories_90,
      ROUND(AVG(active_days_180), 6)::FLOAT AS active_days_180,
      ROUND(AVG(gap_90), 6)::FLOAT AS gap_90,
      ROUND(AVG(declined_90), 6)::FLOAT AS declined_90
    FROM compared
    WHERE silence < 90
  )
  SELECT
    c.customer_id,
    -- who the customer is
    c.age::FLOAT AS age,
    c.account_tenure_days::FLOAT AS account_tenure_days,
    c.card_type,
    c.credit_limit::FLOAT AS credit_limit,
    -- behaviour in the last 90 days: levels for people to read, each followed by the same against the season for the
    -- model, 1 = the mean of all active customers
    c.spend_90 AS total_spend_90d,
    COALESCE(c.spend_90 / NULLIF(season.spend_90, 0), 0)::FLOAT AS total_spend_90d_vs_all,
    c.count_90 AS transaction_count_90d,
    COALESCE(c.count_90 / NULLIF(season.count_90, 0), 0)::FLOAT AS transaction_count_90d_vs_all,
    c.value_90 AS avg_transaction_value_90d,
    COALESCE(c.value_90 / NULLIF(season.value_90, 0), 0)::FLOAT AS avg_transaction_value_90d_vs_all,
    c.categories_90::FLOAT AS distinct_merchant_categories_90d,
    COALESCE(c.categories_90 / NULLIF(season.categories_90, 0), 0)::FLOAT AS distinct_merchant_categories_90d_vs_all,
    COALESCE(100 * c.travel_90 / NULLIF(c.count_90, 0), 0)::FLOAT AS travel_transaction_pct,
    COALESCE(100 * c.discretionary_90 / NULLIF(c.count_90, 0), 0)::FLOAT AS discretionary_transaction_pct,
    c.gap_90 AS days_between_transactions_avg,
    COALESCE(c.gap_90 / NULLIF(season.gap_90, 0), 0)::FLOAT AS days_between_transactions_avg_vs_all,
    -- trends against the season: 0 = as the typical customer, -1 = nothing any more
    COALESCE(c.spend_60_vs_90 / NULLIF(season.spend_60_vs_90, 0) - 1, 0)::FLOAT AS spend_trend_60d_vs_90d,
    COALESCE(c.count_30_vs_90 / NULLIF(season.count_30_vs_90, 0) - 1, 0)::FLOAT AS transaction_frequency_trend,
    COALESCE(c.count_60_vs_before / NULLIF(season.count_60_vs_before, 0) - 1, 0)::FLOAT AS frequency_trend_60d_vs_before,
    COALESCE(c.count_90_vs_180 / NULLIF(season.count_90_vs_180, 0) - 1, 0)::FLOAT AS frequency_trend_90d_vs_180d,
    COALESCE(c.count_180_vs_365 / NULLIF(season.count_180_vs_365, 0) - 1, 0)::FLOAT AS frequency_trend_180d_vs_365d,
    COALESCE(c.count_90_vs_ever / NULLIF(season.count_90_vs_ever, 0) - 1, 0)::FLOAT AS frequency_trend_90d_vs_ever,
    COALESCE(c.spend_90_vs_365 / NULLIF(season.spend_90_vs_365, 0) - 1, 0)::FLOAT AS spend_trend_90d_vs_365d,
    COALESCE(c.value_90_vs_365 / NULLIF(season.value_90_vs_365, 0) - 1, 0)::FLOAT AS transaction_value_trend_90d_vs_365d,
    COALESCE(c.categories_90_vs_365 / NULLIF(season.categories_90_vs_365, 0) - 1, 0)::FLOAT
      AS category_breadth_trend_90d_vs_365d,
    -- engagement
    COALESCE(100 * c.weekend_90 / NULLIF(c.count_90, 0), 0)::FLOAT AS weekend_transaction_pct,
    COALESCE(100 * c.evening_90 / NULLIF(c.count_90, 0), 0)::FLOAT AS evening_transaction_pct,
    c.active_days_180::FLOAT AS active_days_180d,
    COALESCE(c.active_days_180 / NULLIF(season.active_days_180, 0), 0)::FLOAT AS active_days_180d_vs_all,
    -- risk: declined transactions over several windows, and silence against the customer's own rhythm
    c.declined_90::FLOAT AS declined_transaction_count,
    COALESCE(c.declined_90 / NULLIF(season.declined_90, 0), 0)::FLOAT AS declined_transaction_count_vs_all,
    COALESCE(100 * c.declined_90 / NULLIF(c.declined_90 + c.count_90, 0), 0)::FLOAT AS declined_transaction_pct,
    COALESCE(100 * c.declined_365 / NULLIF(c.declined_365 + c.count_365, 0), 0)::FLOAT AS declined_transaction_pct_365d,
    COALESCE(100 * c.declined_ever / NULLIF(c.declined_ever + c.transactions, 0), 0)::FLOAT
      AS declined_transaction_pct_ever,
    GREATEST(c.longest_pause, LEAST(c.silence, 180))::FLOAT AS max_days_inactive,
    c.silence::FLOAT AS days_since_last_transaction,
    LEAST(100, c.silence / GREATEST(1, c.gap_365))::FLOAT AS recency_vs_own_rhythm,
    LEAST(100, c.silence / GREATEST(1, c.longest_pause)::FLOAT)::FLOAT AS recency_vs_longest_pause
  FROM compared AS c
  CROSS JOIN season;
  SELECT COUNT(*) INTO :written FROM IDENTIFIER(:target_table);
  RETURN written;
END
