-- purpose: measure how far features and scores have moved since the model in use was trained
-- grain: one row per run and feature in OBSERVABILITY.DATA_QUALITY_METRICS, check_type 'drift'; WARN past the limit
-- The population stability index over the bins of the training: below 0.1 nothing moved, past 0.25 much did. Compared
-- are customers with a transaction in the last 90 days, because the training had no others.
DECLARE
  beyond INTEGER;
BEGIN
  CALL PLATFORM.WRITE_CHURN_VALUES(
    'GOLD.CHURN_SCORING_DATA WHERE days_since_last_transaction < 90',
    'GOLD.CHURN_PREDICTIONS WHERE is_active'
  );
  DELETE FROM OBSERVABILITY.DATA_QUALITY_METRICS WHERE run_id = :run_id AND check_type = 'drift';
  INSERT INTO OBSERVABILITY.DATA_QUALITY_METRICS (
    run_id, layer, table_name, check_name, check_type, status, observed_value, expected, failed_rows, details,
    measured_at
  )
  WITH counted AS (
    SELECT b.feature, b.bin, b.expected_share, COUNT(v.value) AS n
    FROM OBSERVABILITY.MODEL_BASELINES AS b
    LEFT JOIN GOLD.CHURN_VALUES AS v
      ON
        b.feature = v.feature
        AND (v.value > b.lower_bound OR b.lower_bound IS NULL)
        AND (v.value <= b.upper_bound OR b.upper_bound IS NULL)
    WHERE b.model_version = :model_version
    GROUP BY b.feature, b.bin, b.expected_share
  ),
  shares AS (
    SELECT
      feature,
      -- an empty bin would make the index infinite
      GREATEST(expected_share, 0.0001) AS expected_share,
      GREATEST(n / NULLIF(SUM(n) OVER (PARTITION BY feature), 0), 0.0001) AS actual_share
    FROM counted
  ),
  indexes AS (
    SELECT feature, SUM((actual_share - expected_share) * LN(actual_share / expected_share)) AS psi
    FROM shares
    GROUP BY feature
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
    'population stability index against the training of ' || :model_version,
    SYSDATE()
  FROM indexes;
  DROP TABLE GOLD.CHURN_VALUES;
  SELECT COUNT_IF(status <> 'PASS') INTO :beyond
  FROM OBSERVABILITY.DATA_QUALITY_METRICS
  WHERE run_id = :run_id AND check_type = 'drift';
  RETURN beyond;
END
