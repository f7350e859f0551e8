-- purpose: how long customers wait between two transactions, beside a process without memory of the same mean
-- grain: one row per step of waiting time, in multiples of the customer's own mean; percent of all gaps
WITH gaps AS (
  SELECT
    customer_id,
    DATEDIFF(
      'second', LAG(transaction_timestamp) OVER (PARTITION BY customer_id ORDER BY transaction_timestamp),
      transaction_timestamp
    ) AS seconds
  FROM BRONZE.BRONZE_TRANSACTIONS
  WHERE transaction_date BETWEEN '2023-01-01' AND '2023-12-31'
),
relative AS (
  SELECT FLOOR(10 * seconds / AVG(seconds) OVER (PARTITION BY customer_id)) / 10 AS step
  FROM gaps
  WHERE seconds IS NOT NULL
  QUALIFY COUNT(*) OVER (PARTITION BY customer_id) >= 20
)
SELECT
  step::FLOAT AS step,
  100 * COUNT(*) / SUM(COUNT(*)) OVER () AS percent,
  100 * (EXP(-step) - EXP(-step - 0.1)) AS without_memory_percent
FROM relative
GROUP BY step
QUALIFY step <= 4
ORDER BY step
