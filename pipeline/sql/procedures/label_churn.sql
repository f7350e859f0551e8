-- purpose: label who churned as of the newest date whose outcome has been observed, three months before as_of_date
-- grain: one row per labelled customer in GOLD.CHURN_LABELS
DECLARE
  run_id VARCHAR;
  label_date DATE;
  labelled INTEGER;
  runs INTEGER;
  built VARCHAR;
  not_built EXCEPTION (-20004, 'dbt did not build the warehouse in this run: see BUILD_WAREHOUSE in OBSERVABILITY.PIPELINE_RUN_METADATA.');
BEGIN
  run_id := (CALL PLATFORM.START_STEP('LABEL_CHURN', NULL));
  -- EXECUTE DBT PROJECT answers with a row that tells of a failure, and its page does not say that the task fails too. In a
  -- run of the pipeline the record of the newest build decides; a retraining has none.
  SELECT COUNT_IF(task_name = 'RUN_PIPELINE') INTO :runs
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE run_id = :run_id;
  SELECT MAX_BY(status, started_at) INTO :built
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE run_id = :run_id AND task_name = 'BUILD_WAREHOUSE';
  IF (runs > 0 AND COALESCE(built, 'missing') <> 'SUCCEEDED') THEN
    RAISE not_built;
  END IF;
  -- three months before as_of_date, or 90 days where these are longer
  SELECT LEAST(DATEADD('month', -3, as_of_date), as_of_date - 90)::DATE INTO :label_date
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE run_id = :run_id AND task_name = 'LABEL_CHURN';
  labelled := (CALL PLATFORM.WRITE_CHURN_LABELS(:label_date, 'GOLD.CHURN_LABELS'));
  CALL PLATFORM.FINISH_STEP('LABEL_CHURN', :labelled);
  RETURN labelled || ' customers labelled as of ' || label_date;
END
