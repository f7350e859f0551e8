-- purpose: make the candidate the model in use, described by a JSON text; the one before is kept
-- grain: one row per model in PLATFORM.CHURN_MODELS
BEGIN
  BEGIN TRANSACTION;
  DELETE FROM PLATFORM.CHURN_MODELS WHERE name = 'CHURN_MODEL_PREVIOUS';
  UPDATE PLATFORM.CHURN_MODELS SET name = 'CHURN_MODEL_PREVIOUS' WHERE name = 'CHURN_MODEL';
  UPDATE PLATFORM.CHURN_MODELS
  SET name = 'CHURN_MODEL', description = :description
  WHERE name = 'CHURN_MODEL_CANDIDATE';
  COMMIT;
  RETURN description;
END
