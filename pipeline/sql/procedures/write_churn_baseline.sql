-- purpose: keep how features and scores were distributed when a churn model was trained, to measure drift against
-- grain: one row per model version, feature and bin in OBSERVABILITY.MODEL_BASELINES
-- Bins are the deciles of the training part, fewer where values repeat: (lower, upper], open at both ends. Scores are
-- those of the held-out customers: on its own training data a model is too sure.
BEGIN
  CALL PLATFORM.WRITE_CHURN_VALUES('GOLD.ML_TRAINING_DATA WHERE part = ''TRAIN''', 'GOLD.CHURN_EVALUATION_CANDIDATE');
  BEGIN TRANSACTION;
  DELETE FROM OBSERVABILITY.MODEL_BASELINES WHERE model_version = :model_version;
  INSERT INTO OBSERVABILITY.MODEL_BASELINES (
    model_version, feature, bin, lower_bound, upper_bound, expected_share
  )
  WITH ranked AS (
    SELECT feature, value, NTILE(10) OVER (PARTITION BY feature ORDER BY value) AS tile
    FROM GOLD.CHURN_VALUES
  ),
  tops AS (
    SELECT feature, tile, MAX(value) AS top
    FROM ranked
    GROUP BY feature, tile
  ),
  -- equal values may reach over several tiles; they belong to the first of them
  distinct_values AS (
    SELECT feature, value, MIN(tile) AS tile, COUNT(*) AS n
    FROM ranked
    GROUP BY feature, value
  ),
  bins AS (
    SELECT v.feature, t.top, SUM(v.n) AS n
    FROM distinct_values AS v
    INNER JOIN tops AS t ON v.feature = t.feature AND v.tile = t.tile
    GROUP BY v.feature, t.top
  )
  SELECT
    :model_version,
    feature,
    ROW_NUMBER() OVER (PARTITION BY feature ORDER BY top),
    LAG(top) OVER (PARTITION BY feature ORDER BY top),
    IFF(top = MAX(top) OVER (PARTITION BY feature), NULL, top),
    n / SUM(n) OVER (PARTITION BY feature)
  FROM bins;
  COMMIT;
  DROP TABLE GOLD.CHURN_VALUES;
  RETURN model_version;
END
