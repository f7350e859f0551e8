-- purpose: the figures by which generated card use is compared with what one expects of people
-- grain: one row per property, in the order of the document
WITH transactions AS (
  SELECT t.*, g.persona, g.open_day, g.decline_kind, g.decline_day, g.stop_day
  FROM BRONZE.BRONZE_TRANSACTIONS AS t
  INNER JOIN PLATFORM.GENERATOR_CUSTOMERS AS g ON t.customer_id = g.customer_id
),
times AS (
  SELECT
    100 * AVG(IFF(status = 'declined', 1, 0)) AS declined,
    100 * AVG(IFF(HOUR(transaction_timestamp) BETWEEN 17 AND 21, 1, 0)) AS evening,
    100 * AVG(IFF(HOUR(transaction_timestamp) < 6, 1, 0)) AS night,
    100 * AVG(IFF(DAYOFWEEKISO(transaction_date) >= 5, 1, 0)) AS weekend,
    COUNT_IF(transaction_date BETWEEN '2023-12-01' AND '2023-12-31')
    / COUNT_IF(transaction_date BETWEEN '2023-10-01' AND '2023-10-31') AS december,
    AVG(IFF(status = 'approved', amount, NULL)) / MEDIAN(IFF(status = 'approved', amount, NULL)) AS skew,
    100 * AVG(IFF(
      persona = 1 AND status = 'approved',
      IFF(merchant_category IN ('Airlines', 'Hotels', 'Car Rental', 'Travel Agencies'), 1, 0),
      NULL
    )) AS travel,
    1 - AVG(IFF(persona = 4 AND decline_day > 1530 AND status = 'approved' AND transaction_date > '2024-09-30',
      amount, NULL))
    / AVG(IFF(persona = 4 AND decline_day > 1530 AND status = 'approved'
      AND transaction_date BETWEEN '2023-07-01' AND '2023-12-31', amount, NULL)) AS ticket_decline
  FROM transactions
),
gaps AS (
  SELECT
    customer_id,
    DATEDIFF(
      'second', LAG(transaction_timestamp) OVER (PARTITION BY customer_id ORDER BY transaction_timestamp),
      transaction_timestamp
    ) / 86400 AS days,
    COUNT(*) OVER (PARTITION BY customer_id, transaction_date) AS on_that_day
  FROM transactions
  WHERE transaction_date BETWEEN '2023-01-01' AND '2023-12-31'
),
rhythms AS (
  SELECT
    customer_id,
    (STDDEV(days) - AVG(days)) / (STDDEV(days) + AVG(days)) AS burstiness,
    AVG(IFF(days < 2 / 24, 1, 0)) AS near,
    -- of a process without memory at the customer's rate
    1 - EXP(-2 / 24 / AVG(days)) AS near_without_memory,
    AVG(IFF(on_that_day > 1, 1, 0)) AS same_day
  FROM gaps
  WHERE days IS NOT NULL
  GROUP BY customer_id
  HAVING COUNT(*) >= 20
),
rhythm AS (
  SELECT
    AVG(burstiness) AS burstiness,
    100 * AVG(near) AS near,
    100 * AVG(near_without_memory) AS near_without_memory,
    100 * AVG(same_day) AS same_day
  FROM rhythms
),
spenders AS (
  SELECT
    g.customer_id,
    g.persona,
    g.decline_kind,
    c.account_open_date,
    COALESCE(SUM(IFF(t.transaction_date > '2023-12-31', t.amount, 0)), 0) AS spend,
    SUM(IFF(t.transaction_date > '2024-12-01', t.amount, 0)) AS last_month,
    SUM(IFF(t.transaction_date BETWEEN '2024-11-02' AND '2024-12-01', t.amount, 0)) AS month_before,
    COUNT(t.transaction_id) AS transactions
  FROM PLATFORM.GENERATOR_CUSTOMERS AS g
  INNER JOIN BRONZE.BRONZE_CUSTOMERS AS c ON g.customer_id = c.customer_id
  LEFT JOIN BRONZE.BRONZE_TRANSACTIONS AS t ON g.customer_id = t.customer_id AND t.status = 'approved'
  GROUP BY 1, 2, 3, 4
),
ranked AS (
  SELECT *, PERCENT_RANK() OVER (ORDER BY spend DESC) AS spend_rank
  FROM spenders
),
people AS (
  SELECT
    100 * AVG(IFF(transactions = 0, 1, 0)) AS without,
    100 * AVG(IFF(account_open_date > '2024-11-15', 1, 0)) AS late,
    100 * AVG(IFF(persona = 4, IFF(decline_kind = 'gradual', 1, 0), NULL)) AS gradual,
    100 * (MEDIAN(IFF(persona = 5 AND month_before > 0, last_month / month_before, NULL)) - 1) AS growth,
    100 * SUM(IFF(spend_rank < 0.1, spend, 0)) / SUM(spend) AS top_tenth
  FROM ranked
)
SELECT 1 AS position, 'Declined transactions' AS property, '3 %' AS expected,
  ROUND(declined, 2)::VARCHAR || ' %' AS measured
FROM times
UNION ALL
SELECT 2, 'From 17 to 22 o''clock', 'the busiest five hours: above 5/24 = 21 %', ROUND(evening, 1)::VARCHAR || ' %'
FROM times
UNION ALL
SELECT 3, 'From 0 to 6 o''clock', 'few, not none', ROUND(night, 1)::VARCHAR || ' %' FROM times
UNION ALL
SELECT 4, 'Friday to Sunday', 'above 3/7 = 43 %', ROUND(weekend, 1)::VARCHAR || ' %' FROM times
UNION ALL
SELECT 5, 'December 2023 against October', '15 to 30 % more', ROUND(100 * (december - 1), 0)::INTEGER || ' % more'
FROM times
UNION ALL
SELECT 6, 'Gaps shorter than two hours', 'well above the '
  || ROUND(near_without_memory, 1)::VARCHAR || ' % of a process without memory', ROUND(near, 1)::VARCHAR || ' %'
FROM rhythm
UNION ALL
SELECT 7, 'Burstiness of gaps, (s - m) / (s + m)', 'above 0 (0: no memory, -1: a clock)',
  ROUND(burstiness, 2)::VARCHAR
FROM rhythm
UNION ALL
SELECT 8, 'Transactions on a day with others of the customer', 'a third to a half', ROUND(same_day, 0)::INTEGER || ' %'
FROM rhythm
UNION ALL
SELECT 9, 'Mean amount against the median', 'above 1: few large, many small', ROUND(skew, 2)::VARCHAR FROM times
UNION ALL
SELECT 10, 'Spend of the top tenth of customers in 2024', 'a third to a half', ROUND(top_tenth, 0)::INTEGER || ' %'
FROM people
UNION ALL
SELECT 11, 'Travel among the transactions of travelers', 'well above the rule''s 30 %, not all',
  ROUND(travel, 0)::INTEGER || ' %'
FROM times
UNION ALL
SELECT 12, 'Declining customers who decline gradually', '70 %', ROUND(gradual, 1)::VARCHAR || ' %' FROM people
UNION ALL
SELECT 13, 'How much their ticket shrinks', '40 to 60 %', ROUND(100 * ticket_decline, 0)::INTEGER || ' %' FROM times
UNION ALL
SELECT 14, 'Growth of New & Growing, last 30 days on those before', 'above 20 %', ROUND(growth, 0)::INTEGER || ' %'
FROM people
UNION ALL
SELECT 15, 'Customers without a transaction', 'some, under 1 %', ROUND(without, 2)::VARCHAR || ' %' FROM people
UNION ALL
SELECT 16, 'Accounts opened in the last six weeks', 'some', ROUND(late, 2)::VARCHAR || ' %' FROM people
ORDER BY position
