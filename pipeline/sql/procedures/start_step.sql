-- purpose: open the record of one task of the run; a retried task starts its record anew
-- grain: one row per run and task in OBSERVABILITY.PIPELINE_RUN_METADATA
-- The day is that of the newest run: the one that the task belongs to, or the last one before a retrain.
DECLARE
  run_id VARCHAR;
BEGIN
  -- called by hand, outside of any task, this says nothing or fails
  BEGIN
    run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  EXCEPTION
    WHEN OTHER THEN
      run_id := NULL;
  END;
  run_id := COALESCE(run_id, 'session-' || CURRENT_SESSION());
  DELETE FROM OBSERVABILITY.PIPELINE_RUN_METADATA WHERE run_id = :run_id AND task_name = :task_name;
  INSERT INTO OBSERVABILITY.PIPELINE_RUN_METADATA (
    run_id, pipeline_name, task_name, status, as_of_date, started_at, rows_expected, rows_processed
  )
  SELECT :run_id, 'customer_360', :task_name, 'RUNNING', MAX_BY(as_of_date, started_at), SYSDATE(), :rows_expected, 0
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA
  WHERE task_name = 'RUN_PIPELINE';
  RETURN run_id;
END
