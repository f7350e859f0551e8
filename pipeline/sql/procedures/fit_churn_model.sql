-- purpose: train GOLD.CHURN_MODEL_CANDIDATE on the training part of GOLD.ML_TRAINING_DATA
-- grain: one model; returns what it says about itself as JSON: metrics of its own evaluation split, importance by feature
-- Left out besides keys and labels are the levels: the season moves them (kind in GOLD.CHURN_FEATURES).
DECLARE
  own_metrics VARCHAR;
  importance VARCHAR;
  report VARCHAR;
BEGIN
  CREATE OR REPLACE SNOWFLAKE.ML.CLASSIFICATION GOLD.CHURN_MODEL_CANDIDATE(
    INPUT_DATA => SYSTEM$QUERY_REFERENCE(
      'SELECT * EXCLUDE (
        customer_id, part, label_date, is_churned,
        total_spend_90d, transaction_count_90d, avg_transaction_value_90d,
        distinct_merchant_categories_90d, active_days_180d, days_between_transactions_avg, declined_transaction_count
      )
      FROM GOLD.ML_TRAINING_DATA
      WHERE part = ''TRAIN'''
    ),
    TARGET_COLNAME => 'CHURN_LABEL',
    CONFIG_OBJECT => {'evaluate': TRUE, 'on_error': 'SKIP'}
  );
  CALL GOLD.CHURN_MODEL_CANDIDATE!SHOW_GLOBAL_EVALUATION_METRICS();
  report := SQLID;
  SELECT TO_JSON(OBJECT_AGG(error_metric || COALESCE('_' || average_type, ''), metric_value::VARIANT)) INTO :own_metrics
  FROM TABLE(RESULT_SCAN(:report));
  CALL GOLD.CHURN_MODEL_CANDIDATE!SHOW_FEATURE_IMPORTANCE();
  report := SQLID;
  SELECT TO_JSON(ARRAY_AGG(OBJECT_CONSTRUCT('feature', feature, 'score', ROUND(score, 4))) WITHIN GROUP (ORDER BY rank))
  INTO :importance
  FROM TABLE(RESULT_SCAN(:report));
  RETURN '{"model_reports": ' || own_metrics || ', "feature_importance": ' || importance || '}';
END
