-- purpose: say which churn model is in use: its description as JSON; NULL where there is none
-- grain: one model, row CHURN_MODEL of PLATFORM.CHURN_MODELS, where the models are kept without SNOWFLAKE.ML.CLASSIFICATION
DECLARE
  found VARCHAR;
BEGIN
  CREATE TABLE IF NOT EXISTS PLATFORM.CHURN_MODELS (
    name VARCHAR NOT NULL, description VARCHAR, model VARCHAR, trained_at TIMESTAMP_NTZ
  );
  SELECT MAX(description) INTO :found FROM PLATFORM.CHURN_MODELS WHERE name = 'CHURN_MODEL';
  RETURN found;
END
