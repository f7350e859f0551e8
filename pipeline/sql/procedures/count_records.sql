-- purpose: count the rows of every table of the bronze, silver and gold layers
-- grain: one row per run, layer and table in OBSERVABILITY.LAYER_RECORD_COUNTS
DECLARE
  run_id VARCHAR;
  counted INTEGER DEFAULT 0;
  layer_tables CURSOR FOR
    SELECT table_schema, table_name
    FROM INFORMATION_SCHEMA.TABLES
    WHERE table_schema IN ('BRONZE', 'SILVER', 'GOLD') AND table_type = 'BASE TABLE'
    ORDER BY table_schema, table_name;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  CALL START_STEP('COUNT_RECORDS', NULL);
  DELETE FROM OBSERVABILITY.LAYER_RECORD_COUNTS WHERE run_id = :run_id;
  FOR listed IN layer_tables DO
    LET layer VARCHAR := listed.table_schema;
    LET table_name VARCHAR := listed.table_name;
    LET full_name VARCHAR := layer || '.' || table_name;
    INSERT INTO OBSERVABILITY.LAYER_RECORD_COUNTS (run_id, layer, table_name, record_count, counted_at)
    SELECT :run_id, :layer, :table_name, COUNT(*), SYSDATE()
    FROM IDENTIFIER(:full_name);
    counted := counted + 1;
  END FOR;
  CALL FINISH_STEP('COUNT_RECORDS', :counted);
  LET returned VARCHAR := TO_VARCHAR(counted);
  CALL SYSTEM$SET_RETURN_VALUE(:returned);
  RETURN counted;
END
