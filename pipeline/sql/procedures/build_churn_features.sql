-- purpose: features of churn on the label date (training, with the label) and on as_of_date (scoring)
-- grain: one row per labelled customer in GOLD.ML_TRAINING_DATA, one per customer in GOLD.CHURN_SCORING_DATA
-- The MD5 of the customer id decides a customer's part, in every run and at every label date: 70 % train the model, 10 %
-- choose its threshold, 20 % measure it and have never been seen by any model.
DECLARE
  run_id VARCHAR;
  as_of DATE;
  label_date DATE;
  training_rows INTEGER;
  scoring_rows INTEGER;
BEGIN
  run_id := (CALL PLATFORM.START_STEP('BUILD_CHURN_FEATURES', NULL));
  SELECT as_of_date INTO :as_of
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE run_id = :run_id AND task_name = 'BUILD_CHURN_FEATURES';
  SELECT MAX(label_date) INTO :label_date FROM GOLD.CHURN_LABELS;
  CALL PLATFORM.WRITE_CHURN_FEATURES(:label_date, 'GOLD.CHURN_LABEL_DATE_FEATURES');
  CREATE OR REPLACE TABLE GOLD.ML_TRAINING_DATA AS
  SELECT
    f.*,
    CASE
      WHEN SUBSTR(MD5(f.customer_id), 1, 2) < 'b3' THEN 'TRAIN'
      WHEN SUBSTR(MD5(f.customer_id), 1, 2) < 'cd' THEN 'VALIDATION'
      ELSE 'TEST'
    END AS part,
    l.label_date,
    l.is_churned,
    l.churn_label
  FROM GOLD.CHURN_LABEL_DATE_FEATURES AS f
  INNER JOIN GOLD.CHURN_LABELS AS l ON f.customer_id = l.customer_id;
  DROP TABLE GOLD.CHURN_LABEL_DATE_FEATURES;
  scoring_rows := (CALL PLATFORM.WRITE_CHURN_FEATURES(:as_of, 'GOLD.CHURN_SCORING_DATA'));
  SELECT COUNT(*) INTO :training_rows FROM GOLD.ML_TRAINING_DATA;
  CALL PLATFORM.FINISH_STEP('BUILD_CHURN_FEATURES', :training_rows + :scoring_rows);
  RETURN training_rows || ' rows to train on, ' || scoring_rows || ' to score';
END
