-- purpose: measure a churn model on the labelled customers that no training saw
-- grain: one row per held-out customer in the table that target_table names; returns the metrics as JSON
-- Where threshold is NULL, the one with the best F1 on the validation part is taken. Every metric is of the test part.
DECLARE
  chosen FLOAT;
  metrics VARCHAR;
BEGIN
  CALL PLATFORM.SCORE_CHURN(
    :model_name, '(SELECT * FROM GOLD.ML_TRAINING_DATA WHERE part <> ''TRAIN'')', 'customer_id',
    'GOLD.CHURN_EVALUATION_SCORES'
  );
  CREATE OR REPLACE TABLE IDENTIFIER(:target_table) AS
  SELECT
    d.customer_id,
    d.part,
    -- the segment on the label date
    COALESCE(h.segment, 'none yet') AS segment,
    d.label_date,
    d.is_churned,
    s.churn_probability
  FROM GOLD.CHURN_EVALUATION_SCORES AS s
  INNER JOIN GOLD.ML_TRAINING_DATA AS d ON s.customer_id = d.customer_id
  LEFT JOIN GOLD.CUSTOMER_SEGMENT_HISTORY AS h
    ON
      s.customer_id = h.customer_id AND h.segment_assigned_date <= d.label_date
      AND (h.segment_end_date > d.label_date OR h.segment_end_date IS NULL);
  DROP TABLE GOLD.CHURN_EVALUATION_SCORES;
  chosen := threshold;
  IF (chosen IS NULL) THEN
    WITH thresholds AS (
      SELECT ROW_NUMBER() OVER (ORDER BY SEQ4()) / 100 AS threshold
      FROM TABLE(GENERATOR(ROWCOUNT => 99))
    ),
    graded AS (
      SELECT
        t.threshold,
        2 * COUNT_IF(e.is_churned AND e.churn_probability >= t.threshold)
        / NULLIF(COUNT_IF(e.churn_probability >= t.threshold) + COUNT_IF(e.is_churned), 0) AS f1
      FROM IDENTIFIER(:target_table) AS e
      CROSS JOIN thresholds AS t
      WHERE e.part = 'VALIDATION'
      GROUP BY t.threshold
    )
    SELECT COALESCE(MAX_BY(threshold, f1 - threshold / 1e9), 0.5) INTO :chosen FROM graded;
  END IF;
  WITH tested AS (
    SELECT
      *,
      churn_probability >= :chosen AS is_alarm,
      -- equal probabilities share their mean rank
      RANK() OVER (ORDER BY churn_probability)
      + (COUNT(*) OVER (PARTITION BY churn_probability) - 1) / 2 AS mean_rank,
      RANK() OVER (PARTITION BY segment ORDER BY churn_probability)
      + (COUNT(*) OVER (PARTITION BY segment, churn_probability) - 1) / 2 AS segment_mean_rank,
      NTILE(10) OVER (ORDER BY churn_probability DESC, customer_id) AS decile,
      LEAST(9, FLOOR(10 * churn_probability)) AS bin
    FROM IDENTIFIER(:target_table)
    WHERE part = 'TEST'
  ),
  counts AS (
    SELECT
      COUNT(*)::FLOAT AS n,
      COUNT_IF(is_churned)::FLOAT AS churned,
      COUNT_IF(is_alarm)::FLOAT AS alarms,
      COUNT_IF(is_churned AND is_alarm)::FLOAT AS hits,
      SUM(IFF(is_churned, mean_rank, 0)) AS churned_ranks,
      AVG(POWER(IFF(is_churned, 1, 0) - churn_probability, 2)) AS brier,
      AVG(IFF(decile = 1, IFF(is_churned, 1, 0), NULL)) AS top_rate
    FROM tested
  ),
  totals AS (
    SELECT
      *,
      -- the chance that a churned customer ranks above an active one
      (churned_ranks - churned * (churned + 1) / 2) / NULLIF(churned * (n - churned), 0) AS roc_auc,
      top_rate / NULLIF(churned / NULLIF(n, 0), 0) AS lift
    FROM counts
  ),
  -- average precision: the precision at each distinct probability, weighted by the churned customers found there
  levels AS (
    SELECT churn_probability, COUNT_IF(is_churned) AS churned, COUNT(*) AS n
    FROM tested
    GROUP BY churn_probability
  ),
  running AS (
    SELECT
      churned,
      SUM(churned) OVER (ORDER BY churn_probability DESC)
      / NULLIF(SUM(n) OVER (ORDER BY churn_probability DESC), 0) AS precision_here
    FROM levels
  ),
  average AS (
    SELECT SUM(churned * precision_here) / NULLIF(SUM(churned), 0) AS pr_auc
    FROM running
  ),
  bins AS (
    SELECT ABS(SUM(IFF(is_churned, 1, 0) - churn_probability)) AS gap
    FROM tested
    GROUP BY bin
  ),
  calibration AS (
    SELECT SUM(gap) AS gap
    FROM bins
  ),
  deciles AS (
    SELECT decile, COUNT(*) AS n, AVG(churn_probability) AS predicted, AVG(IFF(is_churned, 1, 0)) AS observed
    FROM tested
    GROUP BY decile
  ),
  listed_deciles AS (
    SELECT
      ARRAY_AGG(OBJECT_CONSTRUCT(
        'decile', decile, 'customers', n, 'predicted', ROUND(predicted, 4), 'observed', ROUND(observed, 4)
      )) WITHIN GROUP (ORDER BY decile) AS listed
    FROM deciles
  ),
  segments AS (
    SELECT
      segment,
      COUNT(*) AS n,
      COUNT_IF(is_churned) AS churned,
      AVG(churn_probability) AS predicted,
      COUNT_IF(is_churned AND is_alarm) / NULLIF(COUNT_IF(is_alarm), 0) AS precision_score,
      COUNT_IF(is_churned AND is_alarm) / NULLIF(COUNT_IF(is_churned), 0) AS recall_score,
      (SUM(IFF(is_churned, segment_mean_rank, 0)) - COUNT_IF(is_churned) * (COUNT_IF(is_churned) + 1) / 2)
      / NULLIF(COUNT_IF(is_churned) * (COUNT(*) - COUNT_IF(is_churned)), 0) AS roc_auc
    FROM tested
    GROUP BY segment
  ),
  listed_segments AS (
    SELECT
      ARRAY_AGG(OBJECT_CONSTRUCT(
        'segment', segment, 'customers', n, 'churned', churned, 'predicted', ROUND(predicted, 4),
        'precision', ROUND(precision_score, 4), 'recall', ROUND(recall_score, 4), 'roc_auc', ROUND(roc_auc, 4)
      )) WITHIN GROUP (ORDER BY segment) AS listed
    FROM segments
  )
  -- no subquery stands among what is selected: Snowflake refuses INTO there
  SELECT
    TO_JSON(OBJECT_CONSTRUCT(
      'decision_threshold', :chosen,
      'held_out_rows', t.n::INTEGER,
      'held_out_churned', t.churned::INTEGER,
      'f1', ROUND(2 * t.hits / NULLIF(t.alarms + t.churned, 0), 6),
      'precision', ROUND(t.hits / NULLIF(t.alarms, 0), 6),
      'recall', ROUND(t.hits / NULLIF(t.churned, 0), 6),
      'roc_auc', ROUND(t.roc_auc, 6),
      'pr_auc', ROUND(a.pr_auc, 6),
      'brier', ROUND(t.brier, 6),
      'lift_at_10_percent', ROUND(t.lift, 4),
      'calibration_error', ROUND(c.gap / NULLIF(t.n, 0), 6),
      'confusion_matrix', OBJECT_CONSTRUCT(
        'true_positive', t.hits::INTEGER,
        'false_positive', (t.alarms - t.hits)::INTEGER,
        'false_negative', (t.churned - t.hits)::INTEGER,
        'true_negative', (t.n - t.alarms - t.churned + t.hits)::INTEGER
      ),
      'deciles', d.listed,
      'segments', s.listed
    ))
  INTO :metrics
  FROM totals AS t
  CROSS JOIN average AS a
  CROSS JOIN calibration AS c
  CROSS JOIN listed_deciles AS d
  CROSS JOIN listed_segments AS s;
  RETURN metrics;
END
