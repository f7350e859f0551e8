-- purpose: at which hours of which weekdays cards are used
-- grain: one row per weekday (1 is Monday) and hour
SELECT
  DAYOFWEEKISO(transaction_date) AS weekday,
  HOUR(transaction_timestamp) AS hour,
  100 * COUNT(*) / SUM(COUNT(*)) OVER () AS percent
FROM BRONZE.BRONZE_TRANSACTIONS
GROUP BY 1, 2
ORDER BY 1, 2
