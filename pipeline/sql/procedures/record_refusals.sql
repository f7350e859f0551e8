-- purpose: keep the rows that a load refused, and fail with a sentence where the load itself is refused for them
-- grain: one row per refusal in OBSERVABILITY.REJECTED_ROWS
-- The refusals are the result of a query, which outlives the rollback of a refused load. Its columns are table_name,
-- file, file_row_number, column_name (both NULL where the error names them), error and rejected_record.
DECLARE
  run_id VARCHAR;
  reject_limit FLOAT;
  first_refusal VARCHAR;
  problem VARCHAR;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  INSERT INTO OBSERVABILITY.REJECTED_ROWS (
    run_id, table_name, source_file, file_row_number, error_message, rejected_record, rejected_at
  )
  SELECT
    :run_id, table_name, file, file_row_number, COALESCE(column_name || ': ', '') || error, rejected_record, SYSDATE()
  FROM TABLE(RESULT_SCAN(:refusals));
  IF (is_refused) THEN
    reject_limit := SYSTEM$GET_TASK_GRAPH_CONFIG('reject_limit_percent')::FLOAT;
    SELECT MIN(file || COALESCE(', row ' || file_row_number, '') || ': ' || COALESCE(column_name || ': ', '') || error)
    INTO :first_refusal
    FROM TABLE(RESULT_SCAN(:refusals));
    problem := rejected || ' of ' || (loaded + rejected) || ' rows of the ' || subject || ' files were refused, more '
      || 'than ' || reject_limit || ' percent: nothing was loaded (' || first_refusal
      || '). See OBSERVABILITY.REJECTED_ROWS, mend the files, run again.';
    CALL REFUSE_LOAD(:problem);
  END IF;
  RETURN rejected;
END
