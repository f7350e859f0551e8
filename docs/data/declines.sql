-- purpose: how the two kinds of decline look, beside customers who do not decline
-- grain: one row per kind of decline and month; spend a customer, percent of that of the autumn of 2023
WITH monthly AS (
  SELECT
    IFF(g.decline_kind = 'none', 'no decline', g.decline_kind) AS kind,
    DATE_TRUNC('month', t.transaction_date)::DATE AS month,
    SUM(t.amount) AS spend
  FROM BRONZE.BRONZE_TRANSACTIONS AS t
  INNER JOIN PLATFORM.GENERATOR_CUSTOMERS AS g ON t.customer_id = g.customer_id
  WHERE
    t.status = 'approved'
    AND t.transaction_date >= '2023-07-01'
    -- one declining customer in eight left long before, and accounts opened later have no autumn of 2023
    AND (g.decline_kind = 'none' OR g.decline_day > 1530)
    AND g.open_day < 1096
  GROUP BY 1, 2
)
SELECT
  kind,
  TO_CHAR(month, 'YYYY-MM-DD') AS month,
  (100 * spend / AVG(IFF(month BETWEEN '2023-09-01' AND '2023-11-01', spend, NULL)) OVER (PARTITION BY kind))::FLOAT
    AS percent
FROM monthly
ORDER BY 1, 2
