-- purpose: open the record of a run and close those that a kill left open
-- grain: one row per run in OBSERVABILITY.PIPELINE_RUN_METADATA, under the root task's name
DECLARE
  run_id VARCHAR;
  as_of_date DATE;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  as_of_date := SYSTEM$GET_TASK_GRAPH_CONFIG('as_of_date')::DATE;
  UPDATE OBSERVABILITY.PIPELINE_RUN_METADATA
  SET
    status = 'FAILED',
    ended_at = SYSDATE(),
    error_message = 'The run was interrupted before it could be closed.'
  WHERE status = 'RUNNING' AND run_id <> :run_id;
  DELETE FROM OBSERVABILITY.PIPELINE_RUN_METADATA WHERE run_id = :run_id AND task_name = 'RUN_PIPELINE';
  INSERT INTO OBSERVABILITY.PIPELINE_RUN_METADATA (
    run_id, pipeline_name, task_name, status, as_of_date, started_at, rows_processed, details
  )
  SELECT
    :run_id, 'customer_360', 'RUN_PIPELINE', 'RUNNING', :as_of_date, SYSDATE(), 0, SYSTEM$GET_TASK_GRAPH_CONFIG();
  CALL SYSTEM$SET_RETURN_VALUE(:run_id);
  RETURN run_id;
END
