-- purpose: keep how features and scores were distributed when a churn model was trained, to measure drift against
-- grain: one row per model version, feature and bin in OBSERVABILITY.MODEL_BASELINES
-- Features are those of the training part that the model reads. Scores are those of the held-out customers: on its own
-- training data a model is too sure.
BEGIN
  CALL PLATFORM.WRITE_CHURN_VALUES(
    'GOLD.ML_TRAINING_DATA WHERE part = ''TRAIN''', 'GOLD.CHURN_EVALUATION_CANDIDATE', 'input'
  );
  CALL PLATFORM.BIN_CHURN_VALUES();
  BEGIN TRANSACTION;
  DELETE FROM OBSERVABILITY.MODEL_BASELINES WHERE model_version = :model_version;
  INSERT INTO OBSERVABILITY.MODEL_BASELINES (
    model_version, feature, bin, lower_bound, upper_bound, expected_share
  )
  SELECT :model_version, feature, bin, lower_bound, upper_bound, expected_share
  FROM GOLD.CHURN_BINS;
  COMMIT;
  DROP TABLE GOLD.CHURN_BINS;
  DROP TABLE GOLD.CHURN_VALUES;
  RETURN model_version;
END
