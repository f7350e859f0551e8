-- purpose: say what raises or lowers the probability of churn of every customer for whom it is 5 % or more
-- grain: one row per customer and factor that moves it by a point or more, in GOLD.CHURN_RISK_FACTORS
-- A factor is a group of features that belong together. Its contribution is computed by asking the model again: the
-- customer's probability, less the one it would have if this factor were that of a typical customer who stayed (medians
-- of the active ones in the training part). Contributions do not add up to the probability. Levels are only shown: theirs
-- are typical of the active customers of today, whose season they share.
DECLARE
  changed VARCHAR;
  typical VARCHAR;
  typical_levels VARCHAR;
  shown VARCHAR;
BEGIN
  SELECT
    LISTAGG('IFF(f.factor = ''' || factor || ''', t.' || feature || ', s.' || feature || ') AS ' || feature, ', ')
      WITHIN GROUP (ORDER BY feature),
    LISTAGG(IFF(feature = 'CARD_TYPE', 'MODE(', 'MEDIAN(') || feature || ') AS ' || feature, ', ')
      WITHIN GROUP (ORDER BY feature)
  INTO :changed, :typical
  FROM GOLD.CHURN_FEATURES
  WHERE kind <> 'level';
  SELECT
    LISTAGG(IFF(kind = 'level', 'MEDIAN(' || feature || ') AS ' || feature, NULL), ', ') WITHIN GROUP (ORDER BY feature),
    LISTAGG(IFF(is_shown, 'WHEN ''' || feature || ''' THEN v.' || feature, ''), ' ') WITHIN GROUP (ORDER BY feature)
  INTO :typical_levels, :shown
  FROM GOLD.CHURN_FEATURES;
  EXECUTE IMMEDIATE 'CREATE OR REPLACE TABLE GOLD.CHURN_TYPICAL_CUSTOMER AS SELECT * FROM (SELECT ' || typical
    || ' FROM GOLD.ML_TRAINING_DATA WHERE part = ''TRAIN'' AND NOT is_churned) CROSS JOIN (SELECT ' || typical_levels
    || ' FROM GOLD.CHURN_SCORING_DATA WHERE days_since_last_transaction < 90)';
  CALL PLATFORM.SCORE_CHURN(
    'GOLD.CHURN_MODEL',
    '(SELECT s.customer_id, f.factor, ' || :changed || ' FROM GOLD.CHURN_SCORING_DATA AS s INNER JOIN GOLD.CHURN_PREDICTIONS AS p'
    || ' ON s.customer_id = p.customer_id AND p.churn_probability >= 0.05 CROSS JOIN (SELECT DISTINCT'
    || ' factor FROM GOLD.CHURN_FEATURES) AS f CROSS JOIN GOLD.CHURN_TYPICAL_CUSTOMER AS t)',
    'customer_id, factor',
    'GOLD.CHURN_COUNTERFACTUALS'
  );
  EXECUTE IMMEDIATE 'CREATE OR REPLACE TABLE GOLD.CHURN_RISK_FACTORS AS '
    || 'WITH shown AS (SELECT * FROM GOLD.CHURN_FEATURES WHERE is_shown), '
    || 'contributions AS (SELECT c.customer_id, c.factor, p.churn_probability - c.churn_probability AS contribution, '
    || 'p.prediction_date, p.model_version FROM GOLD.CHURN_COUNTERFACTUALS AS c '
    || 'INNER JOIN GOLD.CHURN_PREDICTIONS AS p ON c.customer_id = p.customer_id '
    || 'WHERE ABS(p.churn_probability - c.churn_probability) >= 0.01) '
    || 'SELECT c.customer_id, ROW_NUMBER() OVER (PARTITION BY c.customer_id ORDER BY c.contribution DESC, c.factor) '
    || 'AS factor_rank, c.factor, ROUND(c.contribution, 4) AS contribution, f.feature, f.label, '
    || 'CASE f.feature ' || shown || ' END AS feature_value, '
    || 'CASE f.feature ' || REPLACE(shown, ' v.', ' t.') || ' END AS typical_value, '
    || 'c.prediction_date, c.model_version FROM contributions AS c '
    || 'INNER JOIN shown AS f ON c.factor = f.factor '
    || 'INNER JOIN GOLD.CHURN_SCORING_DATA AS v ON c.customer_id = v.customer_id '
    || 'CROSS JOIN GOLD.CHURN_TYPICAL_CUSTOMER AS t';
  DROP TABLE GOLD.CHURN_COUNTERFACTUALS;
  DROP TABLE GOLD.CHURN_TYPICAL_CUSTOMER;
  RETURN 'explained';
END
