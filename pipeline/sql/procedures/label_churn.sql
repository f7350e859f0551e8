-- purpose: label who churned as of the newest date whose outcome has been observed, three months before as_of_date
-- grain: one row per labelled customer in GOLD.CHURN_LABELS
DECLARE
  run_id VARCHAR;
  label_date DATE;
  labelled INTEGER;
BEGIN
  run_id := (CALL PLATFORM.START_STEP('LABEL_CHURN', NULL));
  -- three months before as_of_date, or 90 days where these are longer
  SELECT LEAST(DATEADD('month', -3, as_of_date), as_of_date - 90)::DATE INTO :label_date
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE run_id = :run_id AND task_name = 'LABEL_CHURN';
  labelled := (CALL PLATFORM.WRITE_CHURN_LABELS(:label_date, 'GOLD.CHURN_LABELS'));
  CALL PLATFORM.FINISH_STEP('LABEL_CHURN', :labelled);
  RETURN labelled || ' customers labelled as of ' || label_date;
END
