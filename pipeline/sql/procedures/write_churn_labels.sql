-- purpose: label who churned: active in the 90 days up to a date, and no approved transaction in the 90 days after it
-- grain: one row per customer who was active in the 90 days up to label_date, in the table that target_table names
-- Who was not active before is not labelled, but still scored.
DECLARE
  labelled INTEGER;
BEGIN
  CREATE OR REPLACE TABLE IDENTIFIER(:target_table) AS
  WITH activity AS (
    SELECT
      customer_id,
      MAX(IFF(transaction_date <= :label_date, transaction_date, NULL)) AS last_transaction_date,
      COUNT_IF(transaction_date > :label_date) AS transactions_after
    FROM GOLD.FACT_TRANSACTION
    WHERE transaction_date > :label_date - 90 AND transaction_date <= :label_date + 90
    GROUP BY customer_id
  )
  SELECT
    customer_id,
    :label_date AS label_date,
    transactions_after = 0 AS is_churned,
    IFF(transactions_after = 0, 'CHURNED', 'ACTIVE') AS churn_label,
    DATEDIFF('day', last_transaction_date, :label_date)::INTEGER AS days_since_last_transaction,
    TRUE AS was_previously_active
  FROM activity
  WHERE last_transaction_date IS NOT NULL;
  SELECT COUNT(*) INTO :labelled FROM IDENTIFIER(:target_table);
  RETURN labelled;
END
