-- purpose: label who churned: active in the 90 days up to the label date, and no approved transaction in the 90 days after it
-- grain: one row per customer who was active in the 90 days up to the label date, in GOLD.CHURN_LABELS
-- The label date is three months before as_of_date, or 90 days where these are longer: the outcome has been observed.
-- Who was not active before is not labelled, but still scored.
DECLARE
  as_of DATE;
  label_date DATE;
  labelled INTEGER;
BEGIN
  CALL PLATFORM.START_STEP('LABEL_CHURN', NULL);
  SELECT as_of_date, LEAST(DATEADD('month', -3, as_of_date), as_of_date - 90)::DATE
  INTO :as_of, :label_date
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE task_name = 'RUN_PIPELINE'
  ORDER BY started_at DESC
  LIMIT 1;
  CREATE OR REPLACE TABLE GOLD.CHURN_LABELS AS
  WITH activity AS (
    SELECT
      customer_id,
      MAX(IFF(transaction_date <= :label_date, transaction_date, NULL)) AS last_transaction_date,
      COUNT_IF(transaction_date > :label_date) AS transactions_after
    FROM GOLD.FACT_TRANSACTION
    WHERE transaction_date > :label_date - 90 AND transaction_date <= :label_date + 90
    GROUP BY customer_id
  )
  SELECT
    customer_id,
    :label_date AS label_date,
    transactions_after = 0 AS is_churned,
    IFF(transactions_after = 0, 'CHURNED', 'ACTIVE') AS churn_label,
    DATEDIFF('day', last_transaction_date, :label_date)::INTEGER AS days_since_last_transaction,
    TRUE AS was_previously_active
  FROM activity
  WHERE last_transaction_date IS NOT NULL;
  SELECT COUNT(*) INTO :labelled FROM GOLD.CHURN_LABELS;
  CALL PLATFORM.FINISH_STEP('LABEL_CHURN', :labelled);
  RETURN labelled || ' customers labelled as of ' || label_date;
END
