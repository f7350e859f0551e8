-- purpose: say which churn model is in use: what its comment holds, as JSON; NULL where there is none
-- grain: one model, GOLD.CHURN_MODEL
-- A promotion that was interrupted between its two renames is brought to its end first, or taken back.
DECLARE
  found VARCHAR;
  candidate VARCHAR;
  previous VARCHAR;
  shown VARCHAR;
BEGIN
  SHOW SNOWFLAKE.ML.CLASSIFICATION LIKE 'CHURN_MODEL%' IN SCHEMA GOLD;
  shown := SQLID;
  SELECT
    MAX(IFF("name" = 'CHURN_MODEL', "comment", NULL)),
    MAX(IFF("name" = 'CHURN_MODEL_CANDIDATE', NULLIF("comment", ''), NULL)),
    MAX(IFF("name" = 'CHURN_MODEL_PREVIOUS', "comment", NULL))
  INTO :found, :candidate, :previous
  FROM TABLE(RESULT_SCAN(:shown));
  IF (found IS NULL AND candidate IS NOT NULL) THEN
    -- only a model that has been accepted has a comment
    CALL PLATFORM.RENAME_CHURN_MODEL('CHURN_MODEL_CANDIDATE', 'CHURN_MODEL');
    RETURN candidate;
  ELSEIF (found IS NULL AND previous IS NOT NULL) THEN
    CALL PLATFORM.RENAME_CHURN_MODEL('CHURN_MODEL_PREVIOUS', 'CHURN_MODEL');
    RETURN previous;
  END IF;
  -- a model that somebody made by hand has no comment of ours, and counts as none
  RETURN NULLIF(found, '');
END
