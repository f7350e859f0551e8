-- purpose: close the record of one task of the run
-- grain: one row per run and task in OBSERVABILITY.PIPELINE_RUN_METADATA
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
  UPDATE OBSERVABILITY.PIPELINE_RUN_METADATA
  SET status = 'SUCCEEDED', ended_at = SYSDATE(), rows_processed = :rows_processed
  WHERE run_id = :run_id AND task_name = :task_name;
  RETURN run_id;
END
