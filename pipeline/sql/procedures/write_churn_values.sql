-- purpose: turn the features from columns into rows, so that one statement describes the distributions of all of them
-- grain: one row per row of the source and feature in GOLD.CHURN_VALUES, and one per score as feature CHURN_PROBABILITY
-- source and scores are tables, with a condition behind them where needed; scores is NULL where there are none. which
-- says which features: level, input (what the model reads) or all.
DECLARE
  numbers VARCHAR;
  names VARCHAR;
BEGIN
  -- card types are ordered by credit limit, so they have bins like numbers
  SELECT
    LISTAGG(IFF(
      feature = 'CARD_TYPE',
      'DECODE(card_type, {{ card_ranks_in_text }}, 0)::FLOAT AS CARD_TYPE',
      feature
    ), ', ') WITHIN GROUP (ORDER BY feature),
    LISTAGG(feature, ', ') WITHIN GROUP (ORDER BY feature)
  INTO :numbers, :names
  FROM GOLD.CHURN_FEATURES
  WHERE :which = 'all' OR :which = IFF(kind = 'level', 'level', 'input');
  EXECUTE IMMEDIATE 'CREATE OR REPLACE TABLE GOLD.CHURN_VALUES AS SELECT feature, value FROM (SELECT ' || numbers
    || ' FROM ' || source || ') UNPIVOT (value FOR feature IN (' || names
    || '))' || COALESCE(' UNION ALL SELECT ''CHURN_PROBABILITY'', churn_probability FROM ' || scores, '');
  RETURN names;
END
