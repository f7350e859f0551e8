-- purpose: open the record of one task of the run; a retried task starts its record anew
-- grain: one row per run and task in OBSERVABILITY.PIPELINE_RUN_METADATA
DECLARE
  run_id VARCHAR;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  DELETE FROM OBSERVABILITY.PIPELINE_RUN_METADATA WHERE run_id = :run_id AND task_name = :task_name;
  INSERT INTO OBSERVABILITY.PIPELINE_RUN_METADATA (
    run_id, pipeline_name, task_name, status, as_of_date, started_at, rows_expected, rows_processed
  )
  SELECT :run_id, 'customer_360', :task_name, 'RUNNING', MAX(as_of_date), SYSDATE(), :rows_expected, 0
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE run_id = :run_id AND task_name = 'RUN_PIPELINE';
  RETURN run_id;
END
