-- purpose: measure how far features and scores have moved: what the model reads since its training, levels within a year
-- grain: one row per run and feature in OBSERVABILITY.DATA_QUALITY_METRICS, check_type 'drift'; WARN past the limit
-- The population stability index over the bins of the reference: below 0.1 nothing moved, past 0.25 much did. Compared
-- are customers with a transaction in the last 90 days, because the training had no others.
-- What the model reads is relative to the day's season, so it is comparable with the training at any time of the year. A
-- fall or rise of everybody's use cannot be seen there: it is seen in the levels, against the same day of the year
-- before, where the data reach back so far that its longest window (180 days) is whole.
DECLARE
  as_of DATE;
  year_before DATE;
  beyond INTEGER;
BEGIN
  SELECT MAX(prediction_date), DATEADD('year', -1, MAX(prediction_date))::DATE INTO :as_of, :year_before
  FROM GOLD.CHURN_PREDICTIONS;
  CALL PLATFORM.WRITE_CHURN_FEATURES(:year_before, 'GOLD.CHURN_YEAR_BEFORE');
  CALL PLATFORM.WRITE_CHURN_VALUES('GOLD.CHURN_YEAR_BEFORE WHERE days_since_last_transaction < 90', NULL, 'level');
  DROP TABLE GOLD.CHURN_YEAR_BEFORE;
  CALL PLATFORM.BIN_CHURN_VALUES();
  CALL PLATFORM.WRITE_CHURN_VALUES(
    'GOLD.CHURN_SCORING_DATA WHERE days_since_last_transaction < 90',
    'GOLD.CHURN_PREDICTIONS WHERE is_active',
    'all'
  );
  DELETE FROM OBSERVABILITY.DATA_QUALITY_METRICS WHERE run_id = :run_id AND check_type = 'drift';
  INSERT INTO OBSERVABILITY.DATA_QUALITY_METRICS (
    run_id, layer, table_name, check_name, check_type, status, observed_value, expected, failed_rows, details,
    measured_at
  )
  WITH reference AS (
    SELECT 'the training of ' || model_version AS compared_with, feature, bin, lower_bound, upper_bound, expected_share
    FROM OBSERVABILITY.MODEL_BASELINES
    WHERE model_version = :model_version
    UNION ALL
    SELECT :year_before::VARCHAR, feature, bin, lower_bound, upper_bound, expected_share
    FROM GOLD.CHURN_BINS
    WHERE (SELECT MIN(transaction_date) FROM GOLD.FACT_TRANSACTION) <= :year_before - 180
  ),
  counted AS (
    SELECT b.compared_with, b.feature, b.bin, b.expected_share, COUNT(v.value) AS n
    FROM reference AS b
    LEFT JOIN GOLD.CHURN_VALUES AS v
      ON
        b.feature = v.feature
        AND (v.value > b.lower_bound OR b.lower_bound IS NULL)
        AND (v.value <= b.upper_bound OR b.upper_bound IS NULL)
    GROUP BY b.compared_with, b.feature, b.bin, b.expected_share
  ),
  shares AS (
    SELECT
      compared_with,
      feature,
      -- an empty bin would make the index infinite
      GREATEST(expected_share, 0.0001) AS expected_share,
      GREATEST(n / NULLIF(SUM(n) OVER (PARTITION BY feature), 0), 0.0001) AS actual_share
    FROM counted
  ),
  indexes AS (
    SELECT compared_with, feature, SUM((actual_share - expected_share) * LN(actual_share / NULLIF(expected_share, 0))) AS psi
    FROM shares
    GROUP BY compared_with, feature
  )
  SELECT
    :run_id,
    'GOLD',
    IFF(feature = 'CHURN_PROBABILITY', 'CHURN_PREDICTIONS', 'CHURN_SCORING_DATA'),
    'drift_of_' || LOWER(feature),
    'drift',
    IFF(psi <= 0.25, 'PASS', 'WARN'),
    ROUND(psi, 4),
    'at most 0.25',
    IFF(psi <= 0.25, 0, 1),
    'population stability index against ' || compared_with,
    SYSDATE()
  FROM indexes;
  DROP TABLE GOLD.CHURN_BINS;
  DROP TABLE GOLD.CHURN_VALUES;
  SELECT COUNT_IF(status <> 'PASS') INTO :beyond
  FROM OBSERVABILITY.DATA_QUALITY_METRICS
  WHERE run_id = :run_id AND check_type = 'drift';
  RETURN beyond;
END
