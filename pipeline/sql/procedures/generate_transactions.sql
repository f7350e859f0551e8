-- purpose: write the planned transactions into bronze, batch by batch; a run that was cut goes on with the next batch
-- grain: one row per transaction in BRONZE.BRONZE_TRANSACTIONS, T00000000001 and up in order of statement period
-- The batch id names everything that decides the rows (version of this generator, seed, customers): rows of another
-- signature are dropped; a batch is one INSERT, so that those of this signature are complete and stay.
DECLARE
  run_id VARCHAR;
  seed INTEGER;
  total_rows INTEGER;
  signature VARCHAR;
  present INTEGER;
  foreign_rows INTEGER;
  delivered INTEGER;
  problem VARCHAR;
  batches INTEGER;
  batch_id VARCHAR;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  seed := SYSTEM$GET_TASK_GRAPH_CONFIG('seed')::INTEGER;
  SELECT
    COUNT(*) * {{ transactions_per_customer }},
    'synthetic-2-' || :seed || '-' || COUNT(*) || '-'
    || COALESCE(SUM(
      SUBSTR(customer_id, 2)::INTEGER
      * (DATEDIFF('day', '2020-01-01'::DATE, account_open_date) * 100 + LENGTH(segment)) % 1000003
    ), 0)
  INTO :total_rows, :signature
  FROM (
    SELECT customer_id, MIN(account_open_date) AS account_open_date, MIN(segment) AS segment
    FROM BRONZE.BRONZE_CUSTOMERS
    GROUP BY customer_id
  )
  WHERE segment IN ({{ segment_names }});
  CALL START_STEP('GENERATE_TRANSACTIONS', :total_rows);
  SELECT
    COUNT(*),
    COUNT_IF(NOT STARTSWITH(_batch_id, :signature || '/')),
    COUNT_IF(NOT STARTSWITH(_batch_id, 'synthetic-'))
  INTO :present, :foreign_rows, :delivered
  FROM BRONZE.BRONZE_TRANSACTIONS;
  IF (delivered > 0) THEN
    problem := 'BRONZE_TRANSACTIONS holds transactions from files, and a stack has one source: generate them in '
      || 'another stack, or destroy this one first.';
    CALL REFUSE_LOAD(:problem);
  END IF;
  IF (foreign_rows > 0 OR present > total_rows) THEN
    TRUNCATE TABLE BRONZE.BRONZE_TRANSACTIONS;
    present := 0;
  END IF;
  IF (present < total_rows) THEN
    CALL DRAW_CUSTOMER_BEHAVIOUR(:seed);
    batches := (CALL PLAN_TRANSACTIONS());
    CALL SPREAD_CATEGORIES();
    CALL EXPAND_PLAN();
    FOR batch IN 1 TO batches DO
      batch_id := signature || '/' || LPAD(TO_VARCHAR(batch), 2, '0');
      SELECT COUNT(*) INTO :present FROM BRONZE.BRONZE_TRANSACTIONS WHERE _batch_id = :batch_id;
      IF (present = 0) THEN
        INSERT INTO BRONZE.BRONZE_TRANSACTIONS (
          transaction_id, customer_id, transaction_timestamp, transaction_date, amount, merchant_category, status,
          _loaded_at, _batch_id
        )
        SELECT
          transaction_id, customer_id, transaction_timestamp, transaction_date, amount, merchant_category, status,
          SYSDATE(), :batch_id
        FROM PLATFORM.GENERATED_TRANSACTIONS
        WHERE batch = :batch;
      END IF;
      SELECT COUNT(*) INTO :present FROM BRONZE.BRONZE_TRANSACTIONS;
      UPDATE OBSERVABILITY.PIPELINE_RUN_METADATA
      SET rows_processed = :present
      WHERE run_id = :run_id AND task_name = 'GENERATE_TRANSACTIONS';
    END FOR;
  END IF;
  CALL FINISH_STEP('GENERATE_TRANSACTIONS', :present);
  LET returned VARCHAR := TO_VARCHAR(present);
  CALL SYSTEM$SET_RETURN_VALUE(:returned);
  RETURN present;
END
