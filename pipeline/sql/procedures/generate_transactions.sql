-- purpose: write the planned transactions into bronze, batch by batch; a run that was cut goes on with the next batch
-- grain: one row per transaction in BRONZE.BRONZE_TRANSACTIONS, T00000000001 and up in order of statement period
-- The batch id names everything that decides the rows (version of this generator, seed, customers): rows of another
-- signature are dropped, batches of this one that are complete are kept.
DECLARE
  seed INTEGER;
  total_rows INTEGER;
  signature VARCHAR;
  present INTEGER;
  foreign_rows INTEGER;
  batch_id VARCHAR;
BEGIN
  seed := SYSTEM$GET_TASK_GRAPH_CONFIG('seed')::INTEGER;
  SELECT
    COUNT(*) * 270,
    'synthetic-1-' || :seed || '-' || COUNT(*) || '-'
    || COALESCE(SUM(
      SUBSTR(customer_id, 2)::INTEGER
      * (DATEDIFF('day', '2020-01-01'::DATE, account_open_date) * 10 + LENGTH(segment) % 10) % 1000003
    ), 0)
  INTO :total_rows, :signature
  FROM (SELECT DISTINCT customer_id, account_open_date, segment FROM BRONZE.BRONZE_CUSTOMERS);
  CALL START_STEP('GENERATE_TRANSACTIONS', :total_rows);
  SELECT COUNT(*), COUNT_IF(NOT STARTSWITH(_batch_id, :signature || '/'))
  INTO :present, :foreign_rows
  FROM BRONZE.BRONZE_TRANSACTIONS;
  IF (foreign_rows > 0 OR present > total_rows) THEN
    TRUNCATE TABLE BRONZE.BRONZE_TRANSACTIONS;
    present := 0;
  END IF;
  IF (present < total_rows) THEN
    CALL DRAW_CUSTOMER_BEHAVIOUR(:seed);
    CALL PLAN_TRANSACTIONS();
    FOR batch IN 1 TO 12 DO
      batch_id := signature || '/' || LPAD(batch::VARCHAR, 2, '0');
      SELECT COUNT(*) INTO :present FROM BRONZE.BRONZE_TRANSACTIONS WHERE _batch_id = :batch_id;
      IF (present = 0) THEN
        CALL WRITE_TRANSACTION_BATCH(:batch, :batch_id);
      END IF;
      SELECT COUNT(*) INTO :present FROM BRONZE.BRONZE_TRANSACTIONS;
      UPDATE OBSERVABILITY.PIPELINE_RUN_METADATA
      SET rows_processed = :present
      WHERE task_name = 'GENERATE_TRANSACTIONS' AND status = 'RUNNING';
    END FOR;
  END IF;
  CALL FINISH_STEP('GENERATE_TRANSACTIONS', :present);
  CALL SYSTEM$SET_RETURN_VALUE(:present::VARCHAR);
  RETURN present;
END
