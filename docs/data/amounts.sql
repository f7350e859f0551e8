-- purpose: how amounts are distributed within each persona
-- grain: one row per persona and step of amounts, ten steps to a factor of ten; amount is the step's middle, USD
SELECT
  c.segment AS persona,
  POWER(10, (FLOOR(10 * LOG(10, t.amount)) + 0.5) / 10)::FLOAT AS amount,
  100 * COUNT(*) / SUM(COUNT(*)) OVER (PARTITION BY c.segment) AS percent
FROM BRONZE.BRONZE_TRANSACTIONS AS t
INNER JOIN BRONZE.BRONZE_CUSTOMERS AS c ON t.customer_id = c.customer_id
WHERE t.status = 'approved'
GROUP BY 1, 2
ORDER BY 1, 2
