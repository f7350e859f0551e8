-- purpose: one checksum over every feature and label of GOLD.ML_TRAINING_DATA, whatever the order of its rows
-- grain: one value
DECLARE
  columns_text VARCHAR;
  checksum VARCHAR;
BEGIN
  SELECT LISTAGG(feature || '::VARCHAR', ', ') WITHIN GROUP (ORDER BY feature) INTO :columns_text
  FROM GOLD.CHURN_FEATURES;
  LET found RESULTSET := (EXECUTE IMMEDIATE
    'SELECT MD5(LISTAGG(bucket_checksum, '''') WITHIN GROUP (ORDER BY bucket)) AS checksum FROM ('
    || 'SELECT SUBSTR(row_checksum, 1, 2) AS bucket, '
    || 'MD5(LISTAGG(row_checksum, '''') WITHIN GROUP (ORDER BY row_checksum)) AS bucket_checksum FROM ('
    || 'SELECT MD5(CONCAT_WS(''|'', customer_id, label_date::VARCHAR, churn_label, ' || columns_text
    || ')) AS row_checksum FROM GOLD.ML_TRAINING_DATA) GROUP BY 1)');
  FOR line IN found DO
    checksum := line.checksum;
  END FOR;
  RETURN checksum;
END
