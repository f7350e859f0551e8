-- purpose: give a churn model of schema GOLD another name
-- grain: one model
-- Snowflake's page writes the new name as text in quotes, where every other RENAME takes a plain name: both are tried.
BEGIN
  BEGIN
    EXECUTE IMMEDIATE 'ALTER SNOWFLAKE.ML.CLASSIFICATION GOLD.' || old_name || ' RENAME TO GOLD.' || new_name;
  EXCEPTION
    WHEN OTHER THEN
      EXECUTE IMMEDIATE 'ALTER SNOWFLAKE.ML.CLASSIFICATION GOLD.' || old_name || ' RENAME TO ''GOLD.' || new_name || '''';
  END;
  RETURN new_name;
END
