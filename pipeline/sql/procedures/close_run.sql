-- purpose: close the record of the run and of the tasks that failed, with their errors, count rows, mail a failure
-- grain: one row per run and per failed task in OBSERVABILITY.PIPELINE_RUN_METADATA
DECLARE
  run_id VARCHAR;
  failures VARCHAR;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  -- the last attempt of every task counts
  SELECT name AS task_name, state, COALESCE(error_message, state) AS error_message, completed_time
  FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY(
    SCHEDULED_TIME_RANGE_START => DATEADD('day', -2, CURRENT_TIMESTAMP()), RESULT_LIMIT => 1000
  ))
  WHERE graph_run_group_id::VARCHAR = :run_id
  QUALIFY ROW_NUMBER() OVER (PARTITION BY name ORDER BY attempt_number DESC, completed_time DESC) = 1;
  LET history VARCHAR := SQLID;
  SELECT LISTAGG(task_name || ': ' || error_message, '; ') WITHIN GROUP (ORDER BY completed_time)
  INTO :failures
  FROM TABLE(RESULT_SCAN(:history))
  WHERE state IN ('FAILED', 'FAILED_AND_AUTO_SUSPENDED', 'CANCELLED');
  UPDATE OBSERVABILITY.PIPELINE_RUN_METADATA AS recorded
  SET status = 'FAILED', ended_at = SYSDATE(), error_message = failed.error_message
  FROM (
    SELECT task_name, error_message
    FROM TABLE(RESULT_SCAN(:history))
    WHERE state IN ('FAILED', 'FAILED_AND_AUTO_SUSPENDED', 'CANCELLED')
  ) AS failed
  WHERE recorded.run_id = :run_id AND recorded.task_name = failed.task_name;
  INSERT INTO OBSERVABILITY.PIPELINE_RUN_METADATA (
    run_id, pipeline_name, task_name, status, as_of_date, started_at, ended_at, error_message
  )
  SELECT
    :run_id, 'customer_360', failed.task_name, 'FAILED', run.as_of_date, SYSDATE(), SYSDATE(), failed.error_message
  FROM TABLE(RESULT_SCAN(:history)) AS failed
  INNER JOIN OBSERVABILITY.PIPELINE_RUN_METADATA AS run ON run.run_id = :run_id AND run.task_name = 'RUN_PIPELINE'
  LEFT JOIN OBSERVABILITY.PIPELINE_RUN_METADATA AS recorded
    ON recorded.run_id = :run_id AND recorded.task_name = failed.task_name
  WHERE failed.state IN ('FAILED', 'FAILED_AND_AUTO_SUSPENDED', 'CANCELLED') AND recorded.task_name IS NULL;
  UPDATE OBSERVABILITY.PIPELINE_RUN_METADATA
  SET
    status = IFF(COALESCE(:failures, '') = '', 'SUCCEEDED', 'FAILED'),
    ended_at = SYSDATE(),
    rows_processed = (
      SELECT SUM(rows_processed)
      FROM OBSERVABILITY.PIPELINE_RUN_METADATA
      WHERE run_id = :run_id AND task_name IN ('LOAD_CUSTOMERS', 'LOAD_TRANSACTIONS', 'GENERATE_TRANSACTIONS')
    ),
    error_message = NULLIF(:failures, '')
  WHERE run_id = :run_id AND task_name = 'RUN_PIPELINE';
  CALL COUNT_RECORDS(:run_id);
  -- the record is closed first: mail that cannot be sent must not leave the run open
  LET recipients VARCHAR := COALESCE(SYSTEM$GET_TASK_GRAPH_CONFIG('mail_recipients')::VARCHAR, '');
  IF (COALESCE(failures, '') <> '' AND recipients <> '') THEN
    LET mail_integration VARCHAR := SYSTEM$GET_TASK_GRAPH_CONFIG('mail_integration')::VARCHAR;
    LET subject VARCHAR := 'Customer 360: run ' || run_id || ' failed';
    LET message VARCHAR := LEFT(failures, 100000);
    CALL SYSTEM$SEND_EMAIL(:mail_integration, :recipients, :subject, :message);
  END IF;
  RETURN IFF(COALESCE(failures, '') = '', 'SUCCEEDED', 'FAILED');
END
