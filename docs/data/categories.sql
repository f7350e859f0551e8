-- purpose: what each persona buys
-- grain: one row per persona and merchant category; percent of the persona's spend
SELECT
  c.segment AS persona,
  t.merchant_category,
  (100 * SUM(t.amount) / SUM(SUM(t.amount)) OVER (PARTITION BY c.segment))::FLOAT AS percent
FROM BRONZE.BRONZE_TRANSACTIONS AS t
INNER JOIN BRONZE.BRONZE_CUSTOMERS AS c ON t.customer_id = c.customer_id
WHERE t.status = 'approved'
GROUP BY 1, 2
ORDER BY 1, 2
