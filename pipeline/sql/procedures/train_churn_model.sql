-- purpose: train GOLD.CHURN_MODEL on 80 % of the labelled customers and measure it on the other 20 %
-- grain: one row per held-out customer in GOLD.CHURN_EVALUATION, one execution in OBSERVABILITY.MODEL_EXECUTION_LOG
-- The split follows the MD5 of the customer id, so it is the same in every run. Metrics of the held-out part are computed
-- here; those that the model reports on its own evaluation split are kept beside them, in the details.
DECLARE
  run_id VARCHAR;
  as_of DATE;
  started TIMESTAMP_NTZ;
  checksum VARCHAR;
  model_version VARCHAR;
  training_rows INTEGER;
  positives FLOAT;
  negatives FLOAT;
  hits FLOAT;
  alarms FLOAT;
  roc_auc FLOAT;
  precision_score FLOAT;
  recall_score FLOAT;
  f1_score FLOAT;
  own_metrics VARCHAR;
BEGIN
  CALL PLATFORM.START_STEP('TRAIN_CHURN_MODEL', NULL);
  started := SYSDATE();
  SELECT run_id, as_of_date INTO :run_id, :as_of
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE task_name = 'RUN_PIPELINE'
  ORDER BY started_at DESC
  LIMIT 1;
  SELECT MD5(LISTAGG(part, '') WITHIN GROUP (ORDER BY bucket)), SUM(part_rows)::INTEGER
  INTO :checksum, :training_rows
  FROM (
    SELECT
      SUBSTR(MD5(customer_id), 1, 2) AS bucket,
      COUNT(*) AS part_rows,
      MD5(LISTAGG(
        CONCAT_WS(
          '|', customer_id, churn_label, card_type, credit_limit::VARCHAR, total_spend_90d::VARCHAR,
          transaction_count_90d::VARCHAR, total_spend_30d::VARCHAR, max_days_inactive::VARCHAR,
          days_since_last_transaction::VARCHAR, declined_transaction_count::VARCHAR
        ), ';'
      ) WITHIN GROUP (ORDER BY customer_id)) AS part
    FROM GOLD.ML_TRAINING_DATA
    GROUP BY 1
  );
  model_version := as_of || '-' || SUBSTR(checksum, 1, 8);
  CREATE OR REPLACE SNOWFLAKE.ML.CLASSIFICATION GOLD.CHURN_MODEL(
    INPUT_DATA => SYSTEM$QUERY_REFERENCE(
      'SELECT * EXCLUDE (customer_id, is_churned) FROM GOLD.ML_TRAINING_DATA WHERE SUBSTR(MD5(customer_id), 1, 2) < ''cd'''
    ),
    TARGET_COLNAME => 'CHURN_LABEL',
    CONFIG_OBJECT => {'evaluate': TRUE, 'on_error': 'SKIP'}
  );
  CALL GOLD.CHURN_MODEL!SHOW_GLOBAL_EVALUATION_METRICS();
  SELECT '{' || LISTAGG('"' || error_metric || COALESCE('_' || average_type, '') || '": ' || metric_value::VARCHAR, ', ')
    WITHIN GROUP (ORDER BY error_metric, average_type) || '}'
  INTO :own_metrics
  FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
  CREATE OR REPLACE TABLE GOLD.CHURN_EVALUATION AS
  SELECT
    customer_id,
    is_churned,
    prediction:probability:CHURNED::FLOAT AS churn_probability
  FROM (
    SELECT customer_id, is_churned, GOLD.CHURN_MODEL!PREDICT(INPUT_DATA => {*}) AS prediction
    FROM GOLD.ML_TRAINING_DATA
    WHERE SUBSTR(MD5(customer_id), 1, 2) >= 'cd'
  );
  -- ROC AUC is the chance that a churned customer ranks above an active one; equal probabilities share their mean rank.
  SELECT
    COUNT_IF(is_churned),
    COUNT_IF(NOT is_churned),
    COUNT_IF(is_churned AND churn_probability >= 0.5),
    COUNT_IF(churn_probability >= 0.5),
    (SUM(IFF(is_churned, mean_rank, 0)) - COUNT_IF(is_churned) * (COUNT_IF(is_churned) + 1) / 2)
    / NULLIF(COUNT_IF(is_churned) * COUNT_IF(NOT is_churned), 0)
  INTO :positives, :negatives, :hits, :alarms, :roc_auc
  FROM (
    SELECT
      is_churned,
      churn_probability,
      RANK() OVER (ORDER BY churn_probability)
      + (COUNT(*) OVER (PARTITION BY churn_probability) - 1) / 2 AS mean_rank
    FROM GOLD.CHURN_EVALUATION
  );
  precision_score := hits / GREATEST(1, alarms);
  recall_score := hits / GREATEST(1, positives);
  f1_score := 2 * hits / GREATEST(1, alarms + positives);
  INSERT INTO OBSERVABILITY.MODEL_EXECUTION_LOG (
    execution_id, run_id, model_name, model_version, operation, status, as_of_date, row_count, f1_score,
    precision_score, recall_score, roc_auc, seconds, data_checksum, details, executed_at
  )
  SELECT
    UUID_STRING(), :run_id, 'CHURN_MODEL', :model_version, 'TRAIN', 'SUCCEEDED', :as_of, :training_rows, :f1_score,
    :precision_score, :recall_score, :roc_auc, DATEDIFF('millisecond', :started, SYSDATE()) / 1000, :checksum,
    '{"held_out_rows": ' || (:positives + :negatives)::INTEGER::VARCHAR
    || ', "held_out_churned": ' || :positives::INTEGER::VARCHAR
    || ', "model_reports": ' || :own_metrics || '}',
    SYSDATE();
  CALL PLATFORM.FINISH_STEP('TRAIN_CHURN_MODEL', :training_rows);
  RETURN 'F1 ' || ROUND(f1_score, 3) || ', ROC AUC ' || ROUND(roc_auc, 3) || ' on ' || (positives + negatives)::INTEGER
    || ' held-out customers';
EXCEPTION
  WHEN OTHER THEN
    INSERT INTO OBSERVABILITY.MODEL_EXECUTION_LOG (
      execution_id, run_id, model_name, model_version, operation, status, as_of_date, row_count, seconds, data_checksum,
      error_message, executed_at
    )
    SELECT
      UUID_STRING(), COALESCE(:run_id, 'unknown'), 'CHURN_MODEL', :model_version, 'TRAIN', 'FAILED', :as_of,
      :training_rows, DATEDIFF('millisecond', :started, SYSDATE()) / 1000, :checksum, :SQLERRM, SYSDATE();
    RAISE;
END
