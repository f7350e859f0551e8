-- purpose: divide the values of every feature into the bins of its stability index
-- grain: one row per feature and bin in GOLD.CHURN_BINS, from GOLD.CHURN_VALUES: (lower, upper], open at both ends
-- Bins hold equal numbers of customers, fewer where values repeat: ten bins, or one per 600 customers, three at least,
-- because in small bins chance alone moves shares. Trends have three: the lowest tenth, the highest tenth, and all between.
-- What lies between is chance in a customer's few purchases, as wide as the windows happen to cut them, and says little
-- about leaving; who changed is at the ends.
-- A bound lies halfway to the next value that occurs: whole numbers divided by a mean that moves a little stay in their bin.
BEGIN
  CREATE OR REPLACE TABLE GOLD.CHURN_BINS AS
  WITH counted AS (
    SELECT
      v.feature,
      v.value,
      COALESCE(f.kind, 'state') = 'trend' AS is_trend,
      LEAST(10, GREATEST(3, FLOOR(COUNT(*) OVER (PARTITION BY v.feature) / 600))) AS bins,
      ROW_NUMBER() OVER (PARTITION BY v.feature ORDER BY v.value) - 1 AS position,
      COUNT(*) OVER (PARTITION BY v.feature) AS n
    FROM GOLD.CHURN_VALUES AS v
    LEFT JOIN GOLD.CHURN_FEATURES AS f ON v.feature = f.feature
  ),
  tiled AS (
    SELECT
      feature,
      value,
      CASE
        WHEN NOT is_trend THEN FLOOR(position * bins / NULLIF(n, 0))
        WHEN position * 10 < n THEN 0
        WHEN position * 10 < 9 * n THEN 1
        ELSE 2
      END AS tile
    FROM counted
  ),
  -- equal values may reach over several tiles; they belong to the first of them
  distinct_values AS (
    SELECT
      feature,
      value,
      COUNT(*) AS n,
      MIN(tile) AS tile,
      LEAD(value) OVER (PARTITION BY feature ORDER BY value) AS next_value
    FROM tiled
    GROUP BY feature, value
  ),
  tops AS (
    SELECT feature, SUM(n) AS n, MAX(value) AS highest, MAX(next_value) AS next_value
    FROM distinct_values
    GROUP BY feature, tile
  ),
  bounded AS (
    SELECT
      feature,
      n,
      highest,
      IFF(highest = MAX(highest) OVER (PARTITION BY feature), NULL, (highest + next_value) / 2) AS upper_bound
    FROM tops
  )
  SELECT
    feature,
    ROW_NUMBER() OVER (PARTITION BY feature ORDER BY highest) AS bin,
    LAG(upper_bound) OVER (PARTITION BY feature ORDER BY highest) AS lower_bound,
    upper_bound,
    n / NULLIF(SUM(n) OVER (PARTITION BY feature), 0) AS expected_share
  FROM bounded;
  RETURN 'binned';
END
