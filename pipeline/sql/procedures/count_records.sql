-- purpose: count the rows of every table of the bronze, silver and gold layers; a later count of the same run replaces it
-- grain: one row per run, layer and table in OBSERVABILITY.LAYER_RECORD_COUNTS
-- Called with the run's id by the build, whether it succeeds or fails, and by CLOSE_RUN, when all tables stand.
DECLARE
  counts VARCHAR;
  counted INTEGER;
BEGIN
  SELECT
    LISTAGG(
      'SELECT ''' || table_schema || ''' AS layer, ''' || table_name || ''' AS table_name, COUNT(*) AS record_count FROM '
      || table_schema || '.' || table_name,
      ' UNION ALL '
    ) WITHIN GROUP (ORDER BY table_schema, table_name),
    COUNT(*)
  INTO :counts, :counted
  FROM INFORMATION_SCHEMA.TABLES
  WHERE table_schema IN ('BRONZE', 'SILVER', 'GOLD') AND table_type = 'BASE TABLE';
  DELETE FROM OBSERVABILITY.LAYER_RECORD_COUNTS WHERE run_id = :run_id;
  IF (counted > 0) THEN
    LET statement VARCHAR := 'INSERT INTO OBSERVABILITY.LAYER_RECORD_COUNTS '
      || '(run_id, layer, table_name, record_count, counted_at) SELECT ''' || run_id
      || ''', layer, table_name, record_count, SYSDATE() FROM (' || counts || ')';
    EXECUTE IMMEDIATE statement;
  END IF;
  RETURN counted;
END
