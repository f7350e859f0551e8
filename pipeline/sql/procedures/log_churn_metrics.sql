-- purpose: keep what was measured of a churn model
-- grain: one execution in OBSERVABILITY.MODEL_EXECUTION_LOG; metrics and further are JSON objects, kept together
BEGIN
  INSERT INTO OBSERVABILITY.MODEL_EXECUTION_LOG (
    execution_id, run_id, model_name, model_version, operation, status, as_of_date, row_count, f1_score,
    precision_score, recall_score, roc_auc, seconds, data_checksum, details, executed_at
  )
  SELECT
    UUID_STRING(), :run_id, 'CHURN_MODEL', :model_version, :operation, 'SUCCEEDED', :as_of,
    COALESCE(PARSE_JSON(:further):training_rows, PARSE_JSON(:metrics):held_out_rows)::INTEGER,
    PARSE_JSON(:metrics):f1::FLOAT, PARSE_JSON(:metrics):"precision"::FLOAT, PARSE_JSON(:metrics):recall::FLOAT,
    PARSE_JSON(:metrics):roc_auc::FLOAT, DATEDIFF('millisecond', :started, SYSDATE()) / 1000, :data_checksum,
    IFF(:further = '{}', :metrics, SUBSTR(:metrics, 1, LENGTH(:metrics) - 1) || ', ' || SUBSTR(:further, 2)),
    SYSDATE();
  RETURN operation;
END
