-- purpose: learn churn anew from the newest data; put the new model to use, and score with it, where it is not worse
-- grain: one execution RETRAIN in OBSERVABILITY.MODEL_EXECUTION_LOG, beside those of its steps
-- Whatever fails leaves the model in use, its predictions and the profile as they are. Works as a task and by CALL.
DECLARE
  run_id VARCHAR;
  as_of DATE;
  execution_id VARCHAR;
  started TIMESTAMP_NTZ;
  checksum VARCHAR;
  outcome VARCHAR;
BEGIN
  started := SYSDATE();
  execution_id := UUID_STRING();
  UPDATE OBSERVABILITY.MODEL_EXECUTION_LOG
  SET status = 'FAILED', error_message = 'The retrain was interrupted before it could be closed.'
  WHERE operation = 'RETRAIN' AND status = 'RUNNING';
  run_id := (CALL PLATFORM.START_STEP('RETRAIN_CHURN_MODEL', NULL));
  SELECT as_of_date INTO :as_of
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE run_id = :run_id AND task_name = 'RETRAIN_CHURN_MODEL';
  INSERT INTO OBSERVABILITY.MODEL_EXECUTION_LOG (
    execution_id, run_id, model_name, operation, status, as_of_date, executed_at
  )
  SELECT :execution_id, :run_id, 'CHURN_MODEL', 'RETRAIN', 'RUNNING', :as_of, SYSDATE();
  CALL PLATFORM.LABEL_CHURN();
  CALL PLATFORM.BUILD_CHURN_FEATURES();
  checksum := (CALL PLATFORM.CHECKSUM_CHURN_TRAINING());
  outcome := (CALL PLATFORM.RENEW_CHURN_MODEL(:run_id, :checksum));
  IF (STARTSWITH(outcome, 'promoted')) THEN
    CALL PLATFORM.PREDICT_CHURN();
    CALL PLATFORM.UPDATE_PROFILE();
  END IF;
  UPDATE OBSERVABILITY.MODEL_EXECUTION_LOG
  SET
    status = 'SUCCEEDED',
    model_version = REGEXP_SUBSTR(:outcome, '[^ ]+$'),
    seconds = DATEDIFF('millisecond', :started, SYSDATE()) / 1000,
    data_checksum = :checksum,
    details = '{"outcome": "' || :outcome || '"}',
    executed_at = SYSDATE()
  WHERE execution_id = :execution_id;
  CALL PLATFORM.FINISH_STEP('RETRAIN_CHURN_MODEL', NULL);
  RETURN outcome;
EXCEPTION
  WHEN OTHER THEN
    UPDATE OBSERVABILITY.MODEL_EXECUTION_LOG
    SET
      status = 'FAILED',
      seconds = DATEDIFF('millisecond', :started, SYSDATE()) / 1000,
      data_checksum = :checksum,
      error_message = :SQLERRM,
      executed_at = SYSDATE()
    WHERE execution_id = :execution_id;
    UPDATE OBSERVABILITY.PIPELINE_RUN_METADATA
    SET status = 'FAILED', ended_at = SYSDATE(), error_message = :SQLERRM
    WHERE run_id = :run_id AND status = 'RUNNING';
    RAISE;
END
