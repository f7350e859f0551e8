-- purpose: train a candidate on GOLD.ML_TRAINING_DATA and put it to use, unless the model in use is better
-- grain: one or two executions in OBSERVABILITY.MODEL_EXECUTION_LOG; one row per held-out customer in
-- GOLD.CHURN_EVALUATION, of the model that is in use afterwards
-- Both models are compared by the area under the precision-recall curve on the same test part, which neither has seen. A
-- model of other features cannot score this data, and gives way.
DECLARE
  started TIMESTAMP_NTZ;
  as_of DATE;
  model_version VARCHAR;
  training_rows INTEGER;
  fitted VARCHAR;
  measured VARCHAR;
  present VARCHAR;
  present_version VARCHAR;
  present_measured VARCHAR;
  present_threshold FLOAT;
  present_features VARCHAR;
  features VARCHAR;
  label_date DATE;
  is_better BOOLEAN;
  description VARCHAR;
BEGIN
  started := SYSDATE();
  SELECT MAX_BY(as_of_date, started_at) INTO :as_of
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE run_id = :run_id;
  SELECT COUNT_IF(part = 'TRAIN'), MAX(label_date) INTO :training_rows, :label_date FROM GOLD.ML_TRAINING_DATA;
  model_version := as_of || '-' || SUBSTR(data_checksum, 1, 8);
  present := (CALL PLATFORM.CHURN_MODEL_IN_USE());
  SELECT MD5(LISTAGG(feature, ',') WITHIN GROUP (ORDER BY feature)) INTO :features
  FROM GOLD.CHURN_FEATURES
  WHERE kind <> 'level';
  SELECT
    PARSE_JSON(:present):threshold::FLOAT, PARSE_JSON(:present):version::VARCHAR, PARSE_JSON(:present):features::VARCHAR
  INTO :present_threshold, :present_version, :present_features;
  fitted := (CALL PLATFORM.FIT_CHURN_MODEL());
  measured := (CALL PLATFORM.EVALUATE_CHURN_MODEL('GOLD.CHURN_MODEL_CANDIDATE', NULL, 'GOLD.CHURN_EVALUATION_CANDIDATE'));
  IF (present_features = features) THEN
    present_measured := (
      CALL PLATFORM.EVALUATE_CHURN_MODEL('GOLD.CHURN_MODEL', :present_threshold, 'GOLD.CHURN_EVALUATION_PRESENT')
    );
    CALL PLATFORM.LOG_CHURN_METRICS(
      :run_id, 'EVALUATE', :present_version, :as_of, :started, :data_checksum, :present_measured, '{}'
    );
  END IF;
  SELECT
    :present_measured IS NULL
    OR COALESCE(PARSE_JSON(:measured):pr_auc::FLOAT, 0) >= COALESCE(PARSE_JSON(:present_measured):pr_auc::FLOAT, 0),
    TO_JSON(OBJECT_CONSTRUCT(
      'version', :model_version,
      'threshold', PARSE_JSON(:measured):decision_threshold::FLOAT,
      'label_date', TO_VARCHAR(:label_date),
      'features', :features,
      'checksum', :data_checksum
    ))
  INTO :is_better, :description;
  IF (is_better) THEN
    CALL PLATFORM.WRITE_CHURN_BASELINE(:model_version);
    CALL PLATFORM.PROMOTE_CHURN_MODEL(:description);
    -- No other model than this one and the one before can be in use any more.
    DELETE FROM OBSERVABILITY.MODEL_BASELINES
    WHERE model_version NOT IN (:model_version, COALESCE(:present_version, :model_version));
    CREATE OR REPLACE TABLE GOLD.CHURN_EVALUATION AS SELECT * FROM GOLD.CHURN_EVALUATION_CANDIDATE;
  ELSE
    CREATE OR REPLACE TABLE GOLD.CHURN_EVALUATION AS SELECT * FROM GOLD.CHURN_EVALUATION_PRESENT;
  END IF;
  DROP TABLE GOLD.CHURN_EVALUATION_CANDIDATE;
  DROP TABLE IF EXISTS GOLD.CHURN_EVALUATION_PRESENT;
  SELECT
    SUBSTR(:fitted, 1, LENGTH(:fitted) - 1) || ', "training_rows": ' || :training_rows::VARCHAR
    || ', "promoted": ' || IFF(:is_better, 'true', 'false')
    || ', "compared_with": ' || COALESCE('"' || :present_version || '"', 'null')
    || ', "pr_auc_of_the_model_before": ' || COALESCE(PARSE_JSON(:present_measured):pr_auc::VARCHAR, 'null') || '}'
  INTO :fitted;
  CALL PLATFORM.LOG_CHURN_METRICS(
    :run_id, 'TRAIN', :model_version, :as_of, :started, :data_checksum, :measured, :fitted
  );
  RETURN IFF(is_better, 'promoted ', 'not promoted ') || model_version;
EXCEPTION
  WHEN OTHER THEN
    INSERT INTO OBSERVABILITY.MODEL_EXECUTION_LOG (
      execution_id, run_id, model_name, model_version, operation, status, as_of_date, row_count, seconds, data_checksum,
      error_message, executed_at
    )
    SELECT
      UUID_STRING(), :run_id, 'CHURN_MODEL', :model_version, 'TRAIN', 'FAILED', :as_of, :training_rows,
      DATEDIFF('millisecond', :started, SYSDATE()) / 1000, :data_checksum, :SQLERRM, SYSDATE();
    RAISE;
END
