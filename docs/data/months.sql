-- purpose: how spending grows and follows the seasons
-- grain: one row per month and persona
SELECT
  c.segment AS persona,
  TO_CHAR(DATE_TRUNC('month', t.transaction_date)::DATE, 'YYYY-MM-DD') AS month,
  COUNT(*) AS transactions
FROM BRONZE.BRONZE_TRANSACTIONS AS t
INNER JOIN BRONZE.BRONZE_CUSTOMERS AS c ON t.customer_id = c.customer_id
WHERE t.status = 'approved'
GROUP BY 1, 2
ORDER BY 1, 2
