-- purpose: write the probability of churn of every row of a source, as a model of this schema sees it
-- grain: one row per row of the source in the table that target_table names: the key columns and churn_probability
-- source is a table or a query in parentheses; key_columns are separated by commas.
BEGIN
  EXECUTE IMMEDIATE 'CREATE OR REPLACE TABLE ' || target_table || ' AS SELECT ' || key_columns
    || ', prediction:probability:CHURNED::FLOAT AS churn_probability FROM (SELECT ' || key_columns || ', ' || model_name
    || '!PREDICT(INPUT_DATA => {*}) AS prediction FROM ' || source || ')';
  RETURN target_table;
END
