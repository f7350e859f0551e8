-- purpose: how well the segment rules find the people: sizes, exact rules, and agreement with the generating personas
-- grain: one row per segment, and one for all customers; personas are NULL for an issuer's own customers
WITH personas AS (
  SELECT customer_id, MIN(segment) AS persona
  FROM BRONZE.BRONZE_CUSTOMERS
  GROUP BY customer_id
),
judged AS (
  SELECT
    s.segment,
    IFF(s.is_exact_rule, 100, 0) AS exact,
    CASE WHEN p.persona IS NULL THEN NULL WHEN p.persona = s.segment THEN 100 ELSE 0 END AS agrees,
    c.churn_probability
  FROM GOLD.CUSTOMER_SEGMENTS AS s
  INNER JOIN personas AS p ON s.customer_id = p.customer_id
  INNER JOIN GOLD.CUSTOMER_360_PROFILE AS c ON s.customer_id = c.customer_id
),
expected AS (
  SELECT *
  FROM (
    VALUES
    {{ expected_segment_percents }},
    ('all', 100)
  ) AS v (segment, percent)
),
grouped AS (
  SELECT segment, COUNT(*) AS customers, AVG(exact) AS exact, AVG(agrees) AS agrees, AVG(churn_probability) AS churn
  FROM judged
  GROUP BY segment
  UNION ALL
  SELECT 'all', COUNT(*), AVG(exact), AVG(agrees), AVG(churn_probability)
  FROM judged
)
SELECT
  e.segment,
  COALESCE(g.customers, 0) AS customers,
  ROUND(100 * COALESCE(g.customers, 0) / GREATEST(1, (SELECT COUNT(*) FROM judged)), 1)::FLOAT AS percent,
  e.percent AS expected_percent,
  ROUND(g.exact, 1)::FLOAT AS exact_rule_percent,
  ROUND(g.agrees, 1)::FLOAT AS persona_percent,
  ROUND(g.churn, 3)::FLOAT AS churn_probability
FROM expected AS e
LEFT JOIN grouped AS g ON e.segment = g.segment
ORDER BY customers, e.segment
