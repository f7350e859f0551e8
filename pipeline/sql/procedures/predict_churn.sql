-- purpose: score every customer with the model in use on what was known on as_of_date, explain and watch the scores
-- grain: one row per customer in GOLD.CHURN_PREDICTIONS
DECLARE
  run_id VARCHAR;
  as_of DATE;
  started TIMESTAMP_NTZ;
  version VARCHAR;
  threshold FLOAT;
  predicted INTEGER;
  beyond INTEGER;
  present VARCHAR;
  no_model EXCEPTION (-20003, 'There is no churn model in use: run TRAIN_CHURN_MODEL first.');
BEGIN
  run_id := (CALL PLATFORM.START_STEP('PREDICT_CHURN', NULL));
  started := SYSDATE();
  SELECT as_of_date INTO :as_of
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE run_id = :run_id AND task_name = 'PREDICT_CHURN';
  present := (CALL PLATFORM.CHURN_MODEL_IN_USE());
  IF (present IS NULL) THEN
    RAISE no_model;
  END IF;
  SELECT PARSE_JSON(:present):version::VARCHAR, PARSE_JSON(:present):threshold::FLOAT INTO :version, :threshold;
  CALL PLATFORM.SCORE_CHURN(
    'GOLD.CHURN_MODEL', 'GOLD.CHURN_SCORING_DATA', 'customer_id, days_since_last_transaction', 'GOLD.CHURN_SCORES'
  );
  CREATE OR REPLACE TABLE GOLD.CHURN_PREDICTIONS AS
  SELECT
    customer_id,
    churn_probability,
    churn_probability >= :threshold AS churn_prediction,
    CASE
      WHEN churn_probability > 0.7 THEN 'High'
      WHEN churn_probability > 0.4 THEN 'Medium'
      ELSE 'Low'
    END AS churn_risk_category,
    :threshold AS decision_threshold,
    days_since_last_transaction < 90 AS is_active,
    :as_of AS prediction_date,
    :version AS model_version
  FROM GOLD.CHURN_SCORES;
  DROP TABLE GOLD.CHURN_SCORES;
  CALL PLATFORM.EXPLAIN_CHURN();
  beyond := (CALL PLATFORM.MEASURE_CHURN_DRIFT(:run_id, :version));
  SELECT COUNT(*) INTO :predicted FROM GOLD.CHURN_PREDICTIONS;
  INSERT INTO OBSERVABILITY.MODEL_EXECUTION_LOG (
    execution_id, run_id, model_name, model_version, operation, status, as_of_date, row_count, seconds, details,
    executed_at
  )
  SELECT
    UUID_STRING(), :run_id, 'CHURN_MODEL', :version, 'PREDICT', 'SUCCEEDED', :as_of, :predicted,
    DATEDIFF('millisecond', :started, SYSDATE()) / 1000,
    '{"decision_threshold": ' || :threshold::VARCHAR || ', "features_past_the_drift_limit": ' || :beyond::VARCHAR || '}',
    SYSDATE();
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
