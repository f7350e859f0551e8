-- purpose: say how to list the rows that a COPY INTO a table of bronze refused
-- grain: none; returns a query whose rows are refusals: table_name, file, file_row_number, column_name, error,
-- rejected_record, and refused, the number of rows that a refusal stands for
-- COPY itself counts the rows that it refused, and describes the first one of each file. VALIDATE describes all of them,
-- but no page says that it can where COPY matched columns by name: it is believed only where it finds as many as COPY.
DECLARE
  files INTEGER;
  counted INTEGER;
  found INTEGER;
  counting VARCHAR;
  validated VARCHAR;
BEGIN
  -- where there is no new file, COPY's result is one sentence, in the column status, without any other column
  SELECT COUNT_IF("status" NOT LIKE 'Copy executed with 0 files%') INTO :files FROM TABLE(RESULT_SCAN(:copy_id));
  IF (files > 0) THEN
    SELECT SUM("errors_seen") INTO :counted FROM TABLE(RESULT_SCAN(:copy_id));
  END IF;
  IF (COALESCE(counted, 0) = 0) THEN
    RETURN 'SELECT NULL::VARCHAR AS table_name, NULL::VARCHAR AS file, NULL::INTEGER AS file_row_number, '
      || 'NULL::VARCHAR AS column_name, NULL::VARCHAR AS error, NULL::VARCHAR AS rejected_record, 0 AS refused WHERE FALSE';
  END IF;
  validated := '(SELECT file, row_number AS file_row_number, column_name, error, rejected_record, '
    || 'IFF(ROW_NUMBER() OVER (PARTITION BY file, row_number ORDER BY error) = 1, 1, 0) AS refused '
    || 'FROM TABLE(VALIDATE(BRONZE.' || table_name || ', JOB_ID => ''' || copy_id || ''')))';
  BEGIN
    EXECUTE IMMEDIATE 'SELECT SUM(refused) AS found FROM ' || validated;
    counting := SQLID;
    SELECT found INTO :found FROM TABLE(RESULT_SCAN(:counting));
  EXCEPTION
    WHEN OTHER THEN
      found := NULL;
  END;
  IF (found = counted) THEN
    RETURN 'SELECT ''' || table_name || ''' AS table_name, file, file_row_number, column_name, error, rejected_record, '
      || 'refused FROM ' || validated;
  END IF;
  RETURN 'SELECT ''' || table_name || ''' AS table_name, "file" AS file, NULL::INTEGER AS file_row_number, '
    || 'NULL::VARCHAR AS column_name, "errors_seen" || '' rows, the first in line '' || COALESCE("first_error_line", 0) '
    || '|| '': '' || "first_error" AS error, NULL::VARCHAR AS rejected_record, "errors_seen" AS refused '
    || 'FROM TABLE(RESULT_SCAN(''' || copy_id || ''')) WHERE "errors_seen" > 0';
END
