-- purpose: load new and replaced customer files from the bucket, keep refused rows, refuse a load with too many of them
-- grain: one row per customer in BRONZE_CUSTOMERS, one per change in BRONZE_CUSTOMER_CHANGES
-- Both tables are loaded in one transaction: a load that fails leaves nothing behind, not even half of it. Files whose
-- name says customer_changes hold changes, all others whose name says customers hold customers.
DECLARE
  run_id VARCHAR;
  reject_limit FLOAT;
  listing VARCHAR;
  customers_copy VARCHAR;
  customers_parquet_copy VARCHAR;
  changes_copy VARCHAR;
  changes_parquet_copy VARCHAR;
  customers_refusals VARCHAR;
  customers_parquet_refusals VARCHAR;
  changes_refusals VARCHAR;
  changes_parquet_refusals VARCHAR;
  refusals VARCHAR;
  loaded INTEGER;
  rejected INTEGER;
  is_refused BOOLEAN;
  problem VARCHAR;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  reject_limit := SYSTEM$GET_TASK_GRAPH_CONFIG('reject_limit_percent')::FLOAT;
  CALL START_STEP('LOAD_CUSTOMERS', NULL);
  LIST @PLATFORM.CUSTOMERS_STAGE;
  listing := SQLID;
  SELECT LISTAGG("name", ', ') INTO :problem
  FROM TABLE(RESULT_SCAN(:listing))
  WHERE
    NOT ENDSWITH("name", '/')
    AND NOT REGEXP_LIKE("name", '.*(customers|customer_changes)[^/]*[.](csv|csv[.]gz|parquet)');
  IF (COALESCE(problem, '') <> '') THEN
    problem := 'Neither customers nor changes: ' || problem || '. Name files customers*.csv or '
      || 'customer_changes*.csv (also .csv.gz or .parquet).';
    CALL REFUSE_LOAD(:problem);
  END IF;
  BEGIN TRANSACTION;
  BEGIN
    COPY INTO BRONZE.BRONZE_CUSTOMERS
    FROM @PLATFORM.CUSTOMERS_STAGE
    PATTERN = '.*customers[^/]*[.]csv([.]gz)?'
    FILE_FORMAT = (FORMAT_NAME = 'PLATFORM.CSV_FORMAT')
    MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
    INCLUDE_METADATA = (_source_file = METADATA$FILENAME, _file_row_number = METADATA$FILE_ROW_NUMBER)
    ON_ERROR = CONTINUE;
    customers_copy := SQLID;
    COPY INTO BRONZE.BRONZE_CUSTOMERS
    FROM @PLATFORM.CUSTOMERS_STAGE
    PATTERN = '.*customers[^/]*[.]parquet'
    FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE)
    MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
    INCLUDE_METADATA = (_source_file = METADATA$FILENAME, _file_row_number = METADATA$FILE_ROW_NUMBER)
    ON_ERROR = CONTINUE;
    customers_parquet_copy := SQLID;
    COPY INTO BRONZE.BRONZE_CUSTOMER_CHANGES
    FROM @PLATFORM.CUSTOMERS_STAGE
    PATTERN = '.*customer_changes[^/]*[.]csv([.]gz)?'
    FILE_FORMAT = (FORMAT_NAME = 'PLATFORM.CSV_FORMAT')
    MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
    INCLUDE_METADATA = (_source_file = METADATA$FILENAME, _file_row_number = METADATA$FILE_ROW_NUMBER)
    ON_ERROR = CONTINUE;
    changes_copy := SQLID;
    COPY INTO BRONZE.BRONZE_CUSTOMER_CHANGES
    FROM @PLATFORM.CUSTOMERS_STAGE
    PATTERN = '.*customer_changes[^/]*[.]parquet'
    FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE)
    MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
    INCLUDE_METADATA = (_source_file = METADATA$FILENAME, _file_row_number = METADATA$FILE_ROW_NUMBER)
    ON_ERROR = CONTINUE;
    changes_parquet_copy := SQLID;
    -- COPY leaves a column that a file lacks empty in all of its rows.
    SELECT LISTAGG(_source_file || ' lacks ' || TRIM(missing), '; ') INTO :problem
    FROM (
      SELECT
        _source_file,
        IFF(COUNT(customer_id) = 0, 'CUSTOMER_ID ', '')
        || IFF(COUNT(name) = 0, 'NAME ', '')
        || IFF(COUNT(email) = 0, 'EMAIL ', '')
        || IFF(COUNT(phone) = 0, 'PHONE ', '')
        || IFF(COUNT(date_of_birth) = 0, 'DATE_OF_BIRTH ', '')
        || IFF(COUNT(account_open_date) = 0, 'ACCOUNT_OPEN_DATE ', '')
        || IFF(COUNT(credit_limit) = 0, 'CREDIT_LIMIT ', '')
        || IFF(COUNT(card_type) = 0, 'CARD_TYPE ', '')
        || IFF(COUNT(city) = 0, 'CITY ', '')
        || IFF(COUNT(state) = 0, 'STATE ', '')
        || IFF(COUNT(zip_code) = 0, 'ZIP_CODE ', '') AS missing
      FROM BRONZE.BRONZE_CUSTOMERS
      WHERE _batch_id IS NULL
      GROUP BY _source_file
      UNION ALL
      SELECT
        _source_file,
        IFF(COUNT(customer_id) = 0, 'CUSTOMER_ID ', '')
        || IFF(COUNT(change_date) = 0, 'CHANGE_DATE ', '')
        || IFF(COUNT(credit_limit) = 0, 'CREDIT_LIMIT ', '')
        || IFF(COUNT(card_type) = 0, 'CARD_TYPE ', '')
        || IFF(COUNT(city) = 0, 'CITY ', '')
        || IFF(COUNT(state) = 0, 'STATE ', '')
        || IFF(COUNT(zip_code) = 0, 'ZIP_CODE ', '')
      FROM BRONZE.BRONZE_CUSTOMER_CHANGES
      WHERE _batch_id IS NULL
      GROUP BY _source_file
    )
    WHERE missing <> '';
    IF (COALESCE(problem, '') <> '') THEN
      problem := 'Columns are missing or empty: ' || problem || '. See docs/data.md for the columns of a file.';
      CALL REFUSE_LOAD(:problem);
    END IF;
    -- A file that was replaced in the bucket replaces its rows.
    DELETE FROM BRONZE.BRONZE_CUSTOMERS
    WHERE
      _batch_id IS NOT NULL
      AND _source_file IN (SELECT DISTINCT _source_file FROM BRONZE.BRONZE_CUSTOMERS WHERE _batch_id IS NULL);
    DELETE FROM BRONZE.BRONZE_CUSTOMER_CHANGES
    WHERE
      _batch_id IS NOT NULL
      AND _source_file IN (SELECT DISTINCT _source_file FROM BRONZE.BRONZE_CUSTOMER_CHANGES WHERE _batch_id IS NULL);
    SELECT COUNT(*) INTO :loaded
    FROM (
      SELECT customer_id FROM BRONZE.BRONZE_CUSTOMERS WHERE _batch_id IS NULL
      UNION ALL
      SELECT customer_id FROM BRONZE.BRONZE_CUSTOMER_CHANGES WHERE _batch_id IS NULL
    );
    UPDATE BRONZE.BRONZE_CUSTOMERS
    SET
      _batch_id = CASE
        WHEN customer_id IS NULL THEN 'refused: CUSTOMER_ID is empty'
        WHEN name IS NULL THEN 'refused: NAME is empty'
        WHEN email IS NULL THEN 'refused: EMAIL is empty'
        WHEN phone IS NULL THEN 'refused: PHONE is empty'
        WHEN date_of_birth IS NULL THEN 'refused: DATE_OF_BIRTH is empty'
        WHEN account_open_date IS NULL THEN 'refused: ACCOUNT_OPEN_DATE is empty'
        WHEN COALESCE(credit_limit, 0) <= 0 THEN 'refused: CREDIT_LIMIT is empty, or not above 0'
        WHEN COALESCE(card_type, '') NOT IN ({{ card_types }})
          THEN 'refused: CARD_TYPE is ''' || COALESCE(card_type, '') || ''', not {{ card_types_in_words }}'
        WHEN city IS NULL THEN 'refused: CITY is empty'
        WHEN state IS NULL THEN 'refused: STATE is empty'
        WHEN zip_code IS NULL THEN 'refused: ZIP_CODE is empty'
        ELSE :run_id
      END,
      _loaded_at = SYSDATE()
    WHERE _batch_id IS NULL;
    UPDATE BRONZE.BRONZE_CUSTOMER_CHANGES
    SET
      _batch_id = CASE
        WHEN customer_id IS NULL THEN 'refused: CUSTOMER_ID is empty'
        WHEN change_date IS NULL THEN 'refused: CHANGE_DATE is empty'
        WHEN COALESCE(credit_limit, 0) <= 0 THEN 'refused: CREDIT_LIMIT is empty, or not above 0'
        WHEN COALESCE(card_type, '') NOT IN ({{ card_types }})
          THEN 'refused: CARD_TYPE is ''' || COALESCE(card_type, '') || ''', not {{ card_types_in_words }}'
        WHEN city IS NULL THEN 'refused: CITY is empty'
        WHEN state IS NULL THEN 'refused: STATE is empty'
        WHEN zip_code IS NULL THEN 'refused: ZIP_CODE is empty'
        ELSE :run_id
      END,
      _loaded_at = SYSDATE()
    WHERE _batch_id IS NULL;
    customers_refusals := (CALL LIST_REFUSALS('BRONZE_CUSTOMERS', :customers_copy));
    customers_parquet_refusals := (CALL LIST_REFUSALS('BRONZE_CUSTOMERS', :customers_parquet_copy));
    changes_refusals := (CALL LIST_REFUSALS('BRONZE_CUSTOMER_CHANGES', :changes_copy));
    changes_parquet_refusals := (CALL LIST_REFUSALS('BRONZE_CUSTOMER_CHANGES', :changes_parquet_copy));
    -- The result of this query outlives a rollback; the load's own record need not.
    EXECUTE IMMEDIATE
      'SELECT ''BRONZE_CUSTOMERS'' AS table_name, _source_file AS file, _file_row_number AS file_row_number, '
      || 'NULL::VARCHAR AS column_name, SUBSTR(_batch_id, 10) AS error, '
      || 'CONCAT_WS('','', COALESCE(customer_id, ''''), COALESCE(name, ''''), COALESCE(email, ''''), '
      || 'COALESCE(phone, ''''), COALESCE(date_of_birth::VARCHAR, ''''), COALESCE(account_open_date::VARCHAR, ''''), '
      || 'COALESCE(credit_limit::VARCHAR, ''''), COALESCE(card_type, ''''), COALESCE(city, ''''), '
      || 'COALESCE(state, ''''), COALESCE(zip_code, '''')) AS rejected_record, 1 AS refused '
      || 'FROM BRONZE.BRONZE_CUSTOMERS WHERE STARTSWITH(_batch_id, ''refused: '') '
      || 'UNION ALL SELECT ''BRONZE_CUSTOMER_CHANGES'', _source_file, _file_row_number, NULL, SUBSTR(_batch_id, 10), '
      || 'CONCAT_WS('','', COALESCE(customer_id, ''''), COALESCE(change_date::VARCHAR, ''''), '
      || 'COALESCE(credit_limit::VARCHAR, ''''), COALESCE(card_type, ''''), COALESCE(city, ''''), '
      || 'COALESCE(state, ''''), COALESCE(zip_code, '''')), 1 '
      || 'FROM BRONZE.BRONZE_CUSTOMER_CHANGES WHERE STARTSWITH(_batch_id, ''refused: '') UNION ALL '
      || customers_refusals || ' UNION ALL ' || customers_parquet_refusals || ' UNION ALL '
      || changes_refusals || ' UNION ALL ' || changes_parquet_refusals;
    refusals := SQLID;
    SELECT COALESCE(SUM(refused), 0) INTO :rejected FROM TABLE(RESULT_SCAN(:refusals));
    SELECT :loaded - COUNT(*) INTO :loaded
    FROM (
      SELECT customer_id FROM BRONZE.BRONZE_CUSTOMERS WHERE STARTSWITH(_batch_id, 'refused: ')
      UNION ALL
      SELECT customer_id FROM BRONZE.BRONZE_CUSTOMER_CHANGES WHERE STARTSWITH(_batch_id, 'refused: ')
    );
    DELETE FROM BRONZE.BRONZE_CUSTOMERS WHERE STARTSWITH(_batch_id, 'refused: ');
    DELETE FROM BRONZE.BRONZE_CUSTOMER_CHANGES WHERE STARTSWITH(_batch_id, 'refused: ');
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
  CALL RECORD_REFUSALS(:refusals, 'customer', :loaded, :rejected, :is_refused);
  CALL FINISH_STEP('LOAD_CUSTOMERS', :loaded);
  LET returned VARCHAR := TO_VARCHAR(loaded);
  CALL SYSTEM$SET_RETURN_VALUE(:returned);
  RETURN loaded;
END
