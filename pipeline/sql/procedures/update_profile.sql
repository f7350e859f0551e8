-- purpose: write the churn columns of GOLD.CUSTOMER_360_PROFILE from the newest predictions
-- grain: one update per customer; a customer without a prediction fails the step
DECLARE
  updated INTEGER;
  missing INTEGER;
  no_prediction EXCEPTION (-20002, 'Customers of GOLD.CUSTOMER_360_PROFILE have no row in GOLD.CHURN_PREDICTIONS: run PREDICT_CHURN after dbt build.');
BEGIN
  CALL PLATFORM.START_STEP('UPDATE_PROFILE', NULL);
  UPDATE GOLD.CUSTOMER_360_PROFILE
  SET
    churn_probability = p.churn_probability,
    churn_prediction = p.churn_prediction,
    churn_risk_category = p.churn_risk_category,
    profile_updated_at = SYSDATE()
  FROM GOLD.CHURN_PREDICTIONS AS p
  WHERE GOLD.CUSTOMER_360_PROFILE.customer_id = p.customer_id;
  updated := SQLROWCOUNT;
  SELECT COUNT_IF(churn_probability IS NULL) INTO :missing FROM GOLD.CUSTOMER_360_PROFILE;
  IF (missing > 0) THEN
    RAISE no_prediction;
  END IF;
  CALL PLATFORM.FINISH_STEP('UPDATE_PROFILE', :updated);
  RETURN updated || ' profiles updated';
END
