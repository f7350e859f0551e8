-- purpose: load new and replaced customer files from the bucket, keep refused rows, refuse a load with too many of them
-- grain: one row per customer in BRONZE_CUSTOMERS, one per change in BRONZE_CUSTOMER_CHANGES
-- Both tables are loaded in one transaction: a load that fails leaves nothing behind, not even half of it.
DECLARE
  run_id VARCHAR;
  reject_limit FLOAT;
  customers_copy VARCHAR;
  changes_copy VARCHAR;
  refusals VARCHAR;
  loaded INTEGER;
  rejected INTEGER;
  problem VARCHAR;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  reject_limit := SYSTEM$GET_TASK_GRAPH_CONFIG('reject_limit_percent')::FLOAT;
  CALL START_STEP('LOAD_CUSTOMERS', NULL);
  BEGIN TRANSACTION;
  BEGIN
    COPY INTO BRONZE.BRONZE_CUSTOMERS
    FROM @PLATFORM.CUSTOMERS_STAGE
    PATTERN = '.*customers[^/]*[.]csv'
    FILE_FORMAT = (FORMAT_NAME = 'PLATFORM.CSV_FORMAT')
    MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
    INCLUDE_METADATA = (_source_file = METADATA$FILENAME, _file_row_number = METADATA$FILE_ROW_NUMBER)
    ON_ERROR = CONTINUE;
    customers_copy := SQLID;
    COPY INTO BRONZE.BRONZE_CUSTOMER_CHANGES
    FROM @PLATFORM.CUSTOMERS_STAGE
    PATTERN = '.*customer_changes[^/]*[.]csv'
    FILE_FORMAT = (FORMAT_NAME = 'PLATFORM.CSV_FORMAT')
    MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
    INCLUDE_METADATA = (_source_file = METADATA$FILENAME, _file_row_number = METADATA$FILE_ROW_NUMBER)
    ON_ERROR = CONTINUE;
    changes_copy := SQLID;
    -- The result of this query outlives a rollback; the load's own record need not.
    SELECT 'BRONZE_CUSTOMERS' AS table_name, file, row_number AS file_row_number, error, rejected_record
    FROM TABLE(VALIDATE(BRONZE.BRONZE_CUSTOMERS, JOB_ID => :customers_copy))
    UNION ALL
    SELECT 'BRONZE_CUSTOMER_CHANGES', file, row_number, error, rejected_record
    FROM TABLE(VALIDATE(BRONZE.BRONZE_CUSTOMER_CHANGES, JOB_ID => :changes_copy));
    refusals := SQLID;
    SELECT COUNT(DISTINCT table_name || file || file_row_number) INTO :rejected FROM TABLE(RESULT_SCAN(:refusals));
    SELECT
      (SELECT COUNT(*) FROM BRONZE.BRONZE_CUSTOMERS WHERE _batch_id IS NULL)
      + (SELECT COUNT(*) FROM BRONZE.BRONZE_CUSTOMER_CHANGES WHERE _batch_id IS NULL)
    INTO :loaded;
    -- A file that was replaced in the bucket replaces its rows.
    DELETE FROM BRONZE.BRONZE_CUSTOMERS
    WHERE
      _batch_id IS NOT NULL
      AND _source_file IN (SELECT DISTINCT _source_file FROM BRONZE.BRONZE_CUSTOMERS WHERE _batch_id IS NULL);
    DELETE FROM BRONZE.BRONZE_CUSTOMER_CHANGES
    WHERE
      _batch_id IS NOT NULL
      AND _source_file IN (SELECT DISTINCT _source_file FROM BRONZE.BRONZE_CUSTOMER_CHANGES WHERE _batch_id IS NULL);
    UPDATE BRONZE.BRONZE_CUSTOMERS SET _batch_id = :run_id, _loaded_at = SYSDATE() WHERE _batch_id IS NULL;
    UPDATE BRONZE.BRONZE_CUSTOMER_CHANGES SET _batch_id = :run_id, _loaded_at = SYSDATE() WHERE _batch_id IS NULL;
    IF (100 * rejected > reject_limit * (loaded + rejected)) THEN
      ROLLBACK;
    ELSE
      COMMIT;
    END IF;
  EXCEPTION
    WHEN OTHER THEN
      ROLLBACK;
      RAISE;
  END;
  INSERT INTO OBSERVABILITY.REJECTED_ROWS (
    run_id, table_name, source_file, file_row_number, error_message, rejected_record, rejected_at
  )
  SELECT :run_id, table_name, file, file_row_number, error, rejected_record, SYSDATE()
  FROM TABLE(RESULT_SCAN(:refusals));
  IF (100 * rejected > reject_limit * (loaded + rejected)) THEN
    problem := rejected || ' of ' || (loaded + rejected) || ' rows of the customer files were refused, more than '
      || reject_limit || ' percent: nothing was loaded. See OBSERVABILITY.REJECTED_ROWS, mend the files, run again.';
    EXECUTE IMMEDIATE 'DECLARE refused EXCEPTION (-20001, ''' || problem || '''); BEGIN RAISE refused; END';
  END IF;
  CALL FINISH_STEP('LOAD_CUSTOMERS', :loaded);
  LET returned VARCHAR := TO_VARCHAR(loaded);
  CALL SYSTEM$SET_RETURN_VALUE(:returned);
  RETURN loaded;
END
