-- purpose: one number that changes with any row of the transactions, in whatever order they are stored
-- grain: one row; integer arithmetic below 2^63 only, so that every engine gives the same number
SELECT
  COUNT(*) AS row_count,
  SUM(
    (
      SUBSTR(transaction_id, 2)::INTEGER % 1000003 * 7919
      + SUBSTR(customer_id, 2)::INTEGER * 104729
      + DATEDIFF('second', '2020-01-01'::TIMESTAMP_NTZ, transaction_timestamp) * 31
      + DATEDIFF('day', '2020-01-01'::DATE, transaction_date) * 1299709
      + (amount * 100)::INTEGER * 15485863
      + ASCII(SUBSTR(merchant_category, 1, 1))::INTEGER * 49979687
      + ASCII(SUBSTR(merchant_category, 3, 1))::INTEGER * 67867967
      + LENGTH(merchant_category)::INTEGER * 86028121
      + IFF(status = 'approved', 122949823, 0)
    ) % 2147483647
    * (SUBSTR(transaction_id, 2)::INTEGER % 65521 + 1)
    % 2147483647
  )::INTEGER AS checksum
FROM BRONZE.BRONZE_TRANSACTIONS
