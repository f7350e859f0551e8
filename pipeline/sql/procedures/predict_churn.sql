-- purpose: score every customer with GOLD.CHURN_MODEL on what was known on as_of_date
-- grain: one row per customer in GOLD.CHURN_PREDICTIONS
DECLARE
  run_id VARCHAR;
  as_of DATE;
  started TIMESTAMP_NTZ;
  version VARCHAR;
  predicted INTEGER;
BEGIN
  CALL PLATFORM.START_STEP('PREDICT_CHURN', NULL);
  started := SYSDATE();
  SELECT run_id, as_of_date INTO :run_id, :as_of
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE task_name = 'RUN_PIPELINE'
  ORDER BY started_at DESC
  LIMIT 1;
  SELECT model_version INTO :version
  FROM OBSERVABILITY.MODEL_EXECUTION_LOG
  WHERE model_name = 'CHURN_MODEL' AND operation = 'TRAIN' AND status = 'SUCCEEDED'
  ORDER BY executed_at DESC
  LIMIT 1;
  CREATE OR REPLACE TABLE GOLD.CHURN_PREDICTIONS AS
  SELECT
    customer_id,
    churn_probability,
    churn_probability >= 0.5 AS churn_prediction,
    CASE
      WHEN churn_probability > 0.7 THEN 'High'
      WHEN churn_probability > 0.4 THEN 'Medium'
      ELSE 'Low'
    END AS churn_risk_category,
    :as_of AS prediction_date,
    :version AS model_version
  FROM (
    SELECT customer_id, prediction:probability:CHURNED::FLOAT AS churn_probability
    FROM (
      SELECT customer_id, GOLD.CHURN_MODEL!PREDICT(INPUT_DATA => {*}) AS prediction
      FROM GOLD.CHURN_SCORING_DATA
    )
  );
  SELECT COUNT(*) INTO :predicted FROM GOLD.CHURN_PREDICTIONS;
  INSERT INTO OBSERVABILITY.MODEL_EXECUTION_LOG (
    execution_id, run_id, model_name, model_version, operation, status, as_of_date, row_count, seconds, executed_at
  )
  SELECT
    UUID_STRING(), :run_id, 'CHURN_MODEL', :version, 'PREDICT', 'SUCCEEDED', :as_of, :predicted,
    DATEDIFF('millisecond', :started, SYSDATE()) / 1000, SYSDATE();
  CALL PLATFORM.FINISH_STEP('PREDICT_CHURN', :predicted);
  RETURN predicted || ' customers scored';
EXCEPTION
  WHEN OTHER THEN
    INSERT INTO OBSERVABILITY.MODEL_EXECUTION_LOG (
      execution_id, run_id, model_name, model_version, operation, status, as_of_date, seconds, error_message, executed_at
    )
    SELECT
      UUID_STRING(), COALESCE(:run_id, 'unknown'), 'CHURN_MODEL', :version, 'PREDICT', 'FAILED', :as_of,
      DATEDIFF('millisecond', :started, SYSDATE()) / 1000, :SQLERRM, SYSDATE();
    RAISE;
END
