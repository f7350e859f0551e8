-- purpose: learn churn anew from the newest run's data, score every customer and update the profile
-- grain: what its steps write
BEGIN
  CALL PLATFORM.LABEL_CHURN();
  CALL PLATFORM.BUILD_CHURN_FEATURES();
  CALL PLATFORM.TRAIN_CHURN_MODEL();
  CALL PLATFORM.PREDICT_CHURN();
  CALL PLATFORM.UPDATE_PROFILE();
  RETURN 'Churn model retrained; see OBSERVABILITY.MODEL_EXECUTION_LOG';
END
