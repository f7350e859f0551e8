-- purpose: train the first churn model; in later runs measure the model in use on the newest labels
-- grain: one execution in OBSERVABILITY.MODEL_EXECUTION_LOG; one row per held-out customer in GOLD.CHURN_EVALUATION
-- A model stays in use until RETRAIN_CHURN_MODEL finds a better one. Other data for the label date that it was trained at
-- means that its data was replaced, other features that it cannot score any more: then it is renewed at once.
DECLARE
  run_id VARCHAR;
  started TIMESTAMP_NTZ;
  as_of DATE;
  label_date DATE;
  checksum VARCHAR;
  present VARCHAR;
  present_version VARCHAR;
  present_threshold FLOAT;
  present_label_date DATE;
  present_checksum VARCHAR;
  present_features VARCHAR;
  features VARCHAR;
  outcome VARCHAR;
  measured VARCHAR;
  labelled INTEGER;
BEGIN
  run_id := (CALL PLATFORM.START_STEP('TRAIN_CHURN_MODEL', NULL));
  started := SYSDATE();
  checksum := (CALL PLATFORM.CHECKSUM_CHURN_TRAINING());
  present := (CALL PLATFORM.CHURN_MODEL_IN_USE());
  SELECT
    PARSE_JSON(:present):version::VARCHAR, PARSE_JSON(:present):threshold::FLOAT,
    PARSE_JSON(:present):label_date::DATE, PARSE_JSON(:present):checksum::VARCHAR,
    PARSE_JSON(:present):features::VARCHAR
  INTO :present_version, :present_threshold, :present_label_date, :present_checksum, :present_features;
  SELECT MD5(LISTAGG(feature, ',') WITHIN GROUP (ORDER BY feature)) INTO :features
  FROM GOLD.CHURN_FEATURES
  WHERE kind <> 'level';
  SELECT MAX(label_date), COUNT(*) INTO :label_date, :labelled FROM GOLD.ML_TRAINING_DATA;
  IF (
    present IS NULL OR present_features <> features OR present_label_date = label_date AND present_checksum <> checksum
  ) THEN
    outcome := (CALL PLATFORM.RENEW_CHURN_MODEL(:run_id, :checksum));
  ELSE
    SELECT as_of_date INTO :as_of
    FROM OBSERVABILITY.PIPELINE_RUN_METADATA
    WHERE run_id = :run_id AND task_name = 'TRAIN_CHURN_MODEL';
    measured := (
      CALL PLATFORM.EVALUATE_CHURN_MODEL('GOLD.CHURN_MODEL', :present_threshold, 'GOLD.CHURN_EVALUATION')
    );
    CALL PLATFORM.LOG_CHURN_METRICS(
      :run_id, 'EVALUATE', :present_version, :as_of, :started, :checksum, :measured, '{}'
    );
    outcome := 'kept ' || present_version;
  END IF;
  CALL PLATFORM.FINISH_STEP('TRAIN_CHURN_MODEL', :labelled);
  RETURN outcome;
END
