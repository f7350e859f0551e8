-- purpose: load new transaction files from the bucket, keep refused rows, refuse a load with too many of them
-- grain: one row per delivered transaction in BRONZE_TRANSACTIONS; nothing that is there changes or goes
-- Late rows and repeated ids are appended like all others: the newest load of a transaction wins in silver. The last
-- date in a file's name is the day that the file completes; the newest of them is the run's as_of_date.
DECLARE
  run_id VARCHAR;
  reject_limit FLOAT;
  generated INTEGER;
  listing VARCHAR;
  csv_copy VARCHAR;
  parquet_copy VARCHAR;
  csv_refusals VARCHAR;
  parquet_refusals VARCHAR;
  refused_rows VARCHAR;
  refusals VARCHAR;
  loaded INTEGER;
  rejected INTEGER;
  is_refused BOOLEAN;
  problem VARCHAR;
  as_of DATE;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  reject_limit := SYSTEM$GET_TASK_GRAPH_CONFIG('reject_limit_percent')::FLOAT;
  CALL START_STEP('LOAD_TRANSACTIONS', NULL);
  SELECT COUNT(*) INTO :generated FROM BRONZE.BRONZE_TRANSACTIONS WHERE STARTSWITH(_batch_id, 'synthetic-');
  IF (generated > 0) THEN
    problem := 'BRONZE_TRANSACTIONS holds generated transactions, and a stack has one source: load files into '
      || 'another stack, or destroy this one first.';
    CALL REFUSE_LOAD(:problem);
  END IF;
  LIST @PLATFORM.TRANSACTIONS_STAGE;
  listing := SQLID;
  SELECT LISTAGG("name", ', ') INTO :problem
  FROM TABLE(RESULT_SCAN(:listing))
  WHERE NOT ENDSWITH("name", '/') AND NOT REGEXP_LIKE("name", '.*[.](csv|csv[.]gz|parquet)');
  IF (COALESCE(problem, '') <> '') THEN
    problem := 'Files of no known format: ' || problem || '. Deliver .csv, .csv.gz or .parquet.';
    CALL REFUSE_LOAD(:problem);
  END IF;
  SELECT LISTAGG("name", ', ') INTO :problem
  FROM TABLE(RESULT_SCAN(:listing))
  WHERE
    NOT ENDSWITH("name", '/')
    AND TRY_TO_DATE(REGEXP_SUBSTR("name", '.*([0-9]{4}-[0-9]{2}-[0-9]{2})', 1, 1, 'e', 1)) IS NULL;
  IF (COALESCE(problem, '') <> '') THEN
    problem := 'No date in the name of ' || problem || ': name a file by the last day that it completes, such as '
      || 'transactions_2025-01-31.csv.';
    CALL REFUSE_LOAD(:problem);
  END IF;
  BEGIN TRANSACTION;
  BEGIN
    COPY INTO BRONZE.BRONZE_TRANSACTIONS
    FROM @PLATFORM.TRANSACTIONS_STAGE
    PATTERN = '.*[.]csv([.]gz)?'
    FILE_FORMAT = (FORMAT_NAME = 'PLATFORM.CSV_FORMAT')
    MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
    INCLUDE_METADATA = (_source_file = METADATA$FILENAME, _file_row_number = METADATA$FILE_ROW_NUMBER)
    ON_ERROR = CONTINUE;
    csv_copy := SQLID;
    COPY INTO BRONZE.BRONZE_TRANSACTIONS
    FROM @PLATFORM.TRANSACTIONS_STAGE
    PATTERN = '.*[.]parquet'
    FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE)
    MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
    INCLUDE_METADATA = (_source_file = METADATA$FILENAME, _file_row_number = METADATA$FILE_ROW_NUMBER)
    ON_ERROR = CONTINUE;
    parquet_copy := SQLID;
    -- COPY leaves a column that a file lacks empty in all of its rows.
    SELECT LISTAGG(_source_file || ' lacks ' || TRIM(missing), '; ') INTO :problem
    FROM (
      SELECT
        _source_file,
        IFF(COUNT(transaction_id) = 0, 'TRANSACTION_ID ', '')
        || IFF(COUNT(customer_id) = 0, 'CUSTOMER_ID ', '')
        || IFF(COUNT(transaction_timestamp) = 0, 'TRANSACTION_TIMESTAMP ', '')
        || IFF(COUNT(amount) = 0, 'AMOUNT ', '')
        || IFF(COUNT(merchant_category) = 0, 'MERCHANT_CATEGORY ', '')
        || IFF(COUNT(status) = 0, 'STATUS ', '') AS missing
      FROM BRONZE.BRONZE_TRANSACTIONS
      WHERE _batch_id IS NULL
      GROUP BY _source_file
    )
    WHERE missing <> '';
    IF (COALESCE(problem, '') <> '') THEN
      problem := 'Columns are missing or empty: ' || problem || '. See docs/data.md for the columns of a file.';
      CALL REFUSE_LOAD(:problem);
    END IF;
    UPDATE BRONZE.BRONZE_TRANSACTIONS
    SET
      _batch_id = CASE
        WHEN transaction_id IS NULL THEN 'refused: TRANSACTION_ID is empty'
        WHEN customer_id IS NULL THEN 'refused: CUSTOMER_ID is empty'
        WHEN transaction_timestamp IS NULL THEN 'refused: TRANSACTION_TIMESTAMP is empty'
        WHEN amount IS NULL THEN 'refused: AMOUNT is empty'
        WHEN COALESCE(status, '') NOT IN ('approved', 'declined')
          THEN 'refused: STATUS is ''' || COALESCE(status, '') || ''', not approved or declined'
        WHEN COALESCE(merchant_category, '') NOT IN ({{ merchant_categories }})
          THEN 'refused: MERCHANT_CATEGORY is ''' || COALESCE(merchant_category, '') || ''', none of the {{ category_count }}'
        WHEN transaction_date <> transaction_timestamp::DATE
          THEN 'refused: TRANSACTION_DATE is not the day of TRANSACTION_TIMESTAMP'
        ELSE :run_id
      END,
      _loaded_at = SYSDATE(),
      transaction_date = COALESCE(transaction_date, transaction_timestamp::DATE)
    WHERE _batch_id IS NULL;
    SELECT COUNT(*) INTO :loaded FROM BRONZE.BRONZE_TRANSACTIONS WHERE _batch_id = :run_id;
    csv_refusals := (CALL LIST_REFUSALS('BRONZE_TRANSACTIONS', :csv_copy));
    parquet_refusals := (CALL LIST_REFUSALS('BRONZE_TRANSACTIONS', :parquet_copy));
    refused_rows := '(SELECT ''BRONZE_TRANSACTIONS'' AS table_name, _source_file AS file, '
      || '_file_row_number AS file_row_number, NULL::VARCHAR AS column_name, SUBSTR(_batch_id, 10) AS error, '
      || 'COALESCE(transaction_id, '''') || '','' || COALESCE(customer_id, '''') || '','' '
      || '|| COALESCE(transaction_timestamp::VARCHAR, '''') || '','' || COALESCE(amount::VARCHAR, '''') || '','' '
      || '|| COALESCE(merchant_category, '''') || '','' || COALESCE(status, '''') AS rejected_record, 1 AS refused '
      || 'FROM BRONZE.BRONZE_TRANSACTIONS WHERE STARTSWITH(_batch_id, ''refused: '') UNION ALL '
      || csv_refusals || ' UNION ALL ' || parquet_refusals || ')';
    EXECUTE IMMEDIATE 'SELECT COALESCE(SUM(refused), 0) AS rejected FROM ' || refused_rows;
    refusals := SQLID;
    SELECT rejected INTO :rejected FROM TABLE(RESULT_SCAN(:refusals));
    -- The result of this query outlives a rollback; the load's own record need not. A load of more refusals than these
    -- is refused as a whole.
    EXECUTE IMMEDIATE 'SELECT table_name, file, file_row_number, column_name, error, rejected_record FROM '
      || refused_rows || ' ORDER BY file, file_row_number LIMIT 200000';
    refusals := SQLID;
    DELETE FROM BRONZE.BRONZE_TRANSACTIONS WHERE STARTSWITH(_batch_id, 'refused: ');
    is_refused := 100 * rejected > reject_limit * (loaded + rejected);
    IF (is_refused) THEN
      ROLLBACK;
    ELSE
      COMMIT;
    END IF;
  EXCEPTION
    WHEN OTHER THEN
      ROLLBACK;
      RAISE;
  END;
  CALL RECORD_REFUSALS(:refusals, 'transaction', :loaded, :rejected, :is_refused);
  -- of files that are there too: one without a row completes a day on which nobody spent
  SELECT MAX(TRY_TO_DATE(REGEXP_SUBSTR(file, '.*([0-9]{4}-[0-9]{2}-[0-9]{2})', 1, 1, 'e', 1))) INTO :as_of
  FROM (
    SELECT _source_file AS file FROM BRONZE.BRONZE_TRANSACTIONS
    UNION
    SELECT "name" FROM TABLE(RESULT_SCAN(:listing)) WHERE EXISTS (SELECT 1 FROM BRONZE.BRONZE_TRANSACTIONS)
  );
  as_of := COALESCE(SYSTEM$GET_TASK_GRAPH_CONFIG('as_of_date')::DATE, as_of);
  IF (as_of IS NULL) THEN
    problem := 'There are no transactions: deliver files under transactions/ of the bucket.';
    CALL REFUSE_LOAD(:problem);
  END IF;
  UPDATE OBSERVABILITY.PIPELINE_RUN_METADATA SET as_of_date = :as_of WHERE run_id = :run_id;
  CALL FINISH_STEP('LOAD_TRANSACTIONS', :loaded);
  LET returned VARCHAR := TO_VARCHAR(loaded);
  CALL SYSTEM$SET_RETURN_VALUE(:returned);
  RETURN loaded;
END
