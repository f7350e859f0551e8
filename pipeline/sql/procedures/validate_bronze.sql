-- purpose: measure the quality of the bronze tables and stop the run where an error-severity check fails
-- grain: one row per run and check in OBSERVABILITY.DATA_QUALITY_METRICS
DECLARE
  run_id VARCHAR;
  as_of_date DATE;
  source VARCHAR;
  failed_checks VARCHAR;
  checks INTEGER;
BEGIN
  run_id := SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
  source := SYSTEM$GET_TASK_GRAPH_CONFIG('source');
  CALL START_STEP('VALIDATE_BRONZE', NULL);
  SELECT MAX(run.as_of_date) INTO :as_of_date
  FROM OBSERVABILITY.PIPELINE_RUN_METADATA AS run
  WHERE run.run_id = :run_id AND run.task_name = 'RUN_PIPELINE';
  DELETE FROM OBSERVABILITY.DATA_QUALITY_METRICS WHERE run_id = :run_id AND layer = 'BRONZE';
  INSERT INTO OBSERVABILITY.DATA_QUALITY_METRICS (
    run_id, layer, table_name, check_name, check_type, status, observed_value, expected, failed_rows, details,
    measured_at
  )
  WITH customers AS (
    SELECT
      COUNT(*) AS row_count,
      COUNT(*) - COUNT(DISTINCT customer_id) AS repeated,
      COUNT_IF(
        customer_id IS NULL OR name IS NULL OR email IS NULL OR phone IS NULL OR date_of_birth IS NULL
        OR account_open_date IS NULL OR credit_limit IS NULL OR card_type IS NULL
        OR city IS NULL OR state IS NULL OR zip_code IS NULL
        -- only generated customers have a persona
        OR (segment IS NULL AND :source = 'synthetic')
      ) AS incomplete,
      COUNT_IF(credit_limit NOT BETWEEN {{ least_limit }} AND {{ greatest_limit }}) AS limit_outside,
      COUNT_IF(card_type NOT IN ({{ card_types }})) AS card_unknown,
      COUNT_IF(segment NOT IN ({{ segment_names }})) AS segment_unknown,
      COUNT_IF(email NOT LIKE '%_@_%._%') AS email_malformed,
      COUNT_IF(account_open_date > :as_of_date) AS opened_later,
      COUNT_IF(DATEADD('year', 18, date_of_birth) > account_open_date) AS minors
    FROM BRONZE.BRONZE_CUSTOMERS
  ),
  opened AS (
    SELECT customer_id, MIN(account_open_date) AS account_open_date, MIN(segment) AS segment
    FROM BRONZE.BRONZE_CUSTOMERS
    GROUP BY customer_id
  ),
  personas AS (
    SELECT *
    FROM (
      VALUES
      -- see pipeline/personas.py
      {{ persona_amounts }}
    ) AS v (segment, least_amount, greatest_amount)
  ),
  changes AS (
    SELECT
      COUNT(*) AS row_count,
      COUNT_IF(o.customer_id IS NULL) AS orphans,
      COUNT_IF(c.change_date < o.account_open_date) AS before_opening,
      COUNT_IF(c.credit_limit NOT BETWEEN {{ least_limit }} AND {{ greatest_limit }}) AS limit_outside
    FROM BRONZE.BRONZE_CUSTOMER_CHANGES AS c
    LEFT JOIN opened AS o ON c.customer_id = o.customer_id
  ),
  -- the one pass over the transactions
  spending AS (
    SELECT
      customer_id,
      COUNT(*) AS row_count,
      MIN(transaction_date) AS first_date,
      MAX(transaction_date) AS last_date,
      MIN(amount) AS least_amount,
      MAX(amount) AS greatest_amount,
      COUNT_IF(status = 'declined') AS declined,
      COUNT_IF(
        transaction_id IS NULL OR transaction_timestamp IS NULL OR transaction_date IS NULL OR amount IS NULL
        OR merchant_category IS NULL OR status IS NULL
      ) AS incomplete,
      COUNT_IF(status NOT IN ('approved', 'declined')) AS status_unknown,
      COUNT_IF(transaction_timestamp::DATE <> transaction_date) AS date_differs
    FROM BRONZE.BRONZE_TRANSACTIONS
    GROUP BY customer_id
  ),
  transactions AS (
    SELECT
      COALESCE(SUM(s.row_count), 0) AS row_count,
      COALESCE(SUM(s.declined), 0) AS declined,
      COALESCE(SUM(s.incomplete), 0) AS incomplete,
      COALESCE(SUM(s.status_unknown), 0) AS status_unknown,
      COALESCE(SUM(s.date_differs), 0) AS date_differs,
      COUNT_IF(s.last_date > :as_of_date) AS too_late,
      COUNT_IF(s.least_amount <= 0) AS not_positive,
      COUNT_IF(s.least_amount < p.least_amount OR s.greatest_amount > p.greatest_amount) AS amount_outside,
      MAX(s.last_date) AS last_date,
      COUNT(o.customer_id) AS spenders,
      COALESCE(MAX(s.row_count), 0) AS most_rows
    FROM spending AS s
    LEFT JOIN opened AS o ON s.customer_id = o.customer_id
    LEFT JOIN personas AS p ON o.segment = p.segment
  ),
  -- Bronze keeps what a newer load of the same transaction corrected: only the newest one has to fit a customer. Ids are
  -- looked up where something does not fit at all, which is rare.
  unfitting AS (
    SELECT s.customer_id, o.account_open_date
    FROM spending AS s
    LEFT JOIN opened AS o ON s.customer_id = o.customer_id
    WHERE o.customer_id IS NULL OR s.first_date < o.account_open_date
  ),
  doubtful AS (
    SELECT DISTINCT t.transaction_id
    FROM BRONZE.BRONZE_TRANSACTIONS AS t
    INNER JOIN unfitting AS u
      ON
        t.customer_id IS NOT DISTINCT FROM u.customer_id
        AND t.transaction_date < COALESCE(u.account_open_date, '9999-12-31'::DATE)
  ),
  standing AS (
    SELECT t.customer_id, t.transaction_date
    FROM BRONZE.BRONZE_TRANSACTIONS AS t
    INNER JOIN doubtful AS d ON t.transaction_id IS NOT DISTINCT FROM d.transaction_id
    QUALIFY
      -- the order of the macro newest_load_first, by which silver chooses
      ROW_NUMBER() OVER (
        PARTITION BY t.transaction_id
        ORDER BY
          t._loaded_at DESC,
          TRY_TO_DATE(REGEXP_SUBSTR(t._source_file, '.*([0-9]{4}-[0-9]{2}-[0-9]{2})', 1, 1, 'e', 1)) DESC NULLS LAST,
          t._source_file DESC NULLS LAST,
          t._file_row_number DESC NULLS LAST
      ) = 1
  ),
  misfits AS (
    SELECT
      COUNT_IF(o.customer_id IS NULL) AS orphans,
      COUNT(DISTINCT IFF(s.transaction_date < o.account_open_date, s.customer_id, NULL)) AS before_opening
    FROM standing AS s
    LEFT JOIN opened AS o ON s.customer_id = o.customer_id
  ),
  category_counts AS (
    SELECT merchant_category, COUNT(*) AS row_count
    FROM BRONZE.BRONZE_TRANSACTIONS
    GROUP BY merchant_category
  ),
  categories AS (
    SELECT
      COALESCE(SUM(IFF(is_known, 0, row_count)), 0) AS unknown,
      {{ category_count }} - COUNT_IF(is_known AND share_percent BETWEEN 0.2 AND 25) AS unusual
    FROM (
      SELECT
        row_count,
        100 * row_count / NULLIF(SUM(row_count) OVER (), 0) AS share_percent,
        merchant_category IN ({{ merchant_categories }}) AS is_known
      FROM category_counts
    )
  ),
  coverage AS (
    SELECT
      DATEDIFF('month', MIN(transaction_date), MAX(transaction_date)) + 1
      - COUNT(DISTINCT DATE_TRUNC('month', transaction_date)) AS months_missing,
      30 - COUNT(DISTINCT IFF(transaction_date > :as_of_date - 30, transaction_date, NULL)) AS days_missing
    FROM BRONZE.BRONZE_TRANSACTIONS
    WHERE transaction_date <= :as_of_date
  ),
  -- Ids of generated rows are consecutive numbers; those that files brought in this run are looked up in all rows.
  repeated AS (
    SELECT COUNT(*) - COUNT(DISTINCT transaction_id) AS repeated
    FROM BRONZE.BRONZE_TRANSACTIONS
    WHERE transaction_id IN (SELECT transaction_id FROM BRONZE.BRONZE_TRANSACTIONS WHERE _batch_id = :run_id)
  ),
  refused AS (
    SELECT table_name, COUNT(*) AS row_count
    FROM OBSERVABILITY.REJECTED_ROWS
    WHERE run_id = :run_id
    GROUP BY table_name
  ),
  measured AS (
    SELECT 'BRONZE_CUSTOMERS' AS table_name, 'customers_exist' AS check_name, 'volume' AS check_type,
      'ERROR' AS severity, row_count AS observed, '> 0' AS expected, IFF(row_count = 0, 1, 0) AS failed_rows
    FROM customers
    UNION ALL
    SELECT 'BRONZE_CUSTOMERS', 'customer_id_is_unique', 'uniqueness', 'WARN', repeated, '0', repeated
    FROM customers
    UNION ALL
    SELECT 'BRONZE_CUSTOMERS', 'required_values', 'completeness', 'ERROR', incomplete, '0', incomplete
    FROM customers
    UNION ALL
    SELECT 'BRONZE_CUSTOMERS', 'credit_limit_in_range', 'validity',
      IFF(:source = 'synthetic', 'ERROR', 'WARN'), limit_outside, '{{ least_limit }} to {{ greatest_limit }}', limit_outside
    FROM customers
    UNION ALL
    SELECT 'BRONZE_CUSTOMERS', 'card_type_known', 'validity', 'ERROR', card_unknown, '{{ card_type_count }} card types', card_unknown
    FROM customers
    UNION ALL
    SELECT 'BRONZE_CUSTOMERS', 'segment_known', 'validity', 'ERROR', segment_unknown, '{{ segment_count }} segments', segment_unknown
    FROM customers
    UNION ALL
    SELECT 'BRONZE_CUSTOMERS', 'email_well_formed', 'validity', 'WARN', email_malformed, '0', email_malformed
    FROM customers
    UNION ALL
    SELECT 'BRONZE_CUSTOMERS', 'opened_by_as_of_date', 'validity', 'WARN', opened_later, '0', opened_later
    FROM customers
    UNION ALL
    SELECT 'BRONZE_CUSTOMERS', 'adult_at_opening', 'validity', 'WARN', minors, '0', minors
    FROM customers
    UNION ALL
    SELECT 'BRONZE_CUSTOMER_CHANGES', 'customer_exists', 'relationship', 'WARN', orphans, '0', orphans
    FROM changes
    UNION ALL
    SELECT 'BRONZE_CUSTOMER_CHANGES', 'not_before_opening', 'consistency', 'WARN', before_opening, '0', before_opening
    FROM changes
    UNION ALL
    SELECT 'BRONZE_CUSTOMER_CHANGES', 'credit_limit_in_range', 'validity',
      IFF(:source = 'synthetic', 'ERROR', 'WARN'), limit_outside, '{{ least_limit }} to {{ greatest_limit }}', limit_outside
    FROM changes
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'transactions_exist', 'volume', 'ERROR', row_count, '> 0', IFF(row_count = 0, 1, 0)
    FROM transactions
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'required_values', 'completeness', 'ERROR', incomplete, '0', incomplete
    FROM transactions
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'customer_exists', 'relationship', 'ERROR', orphans, '0', orphans
    FROM misfits
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'not_before_opening', 'consistency',
      'ERROR', before_opening, '0 customers', before_opening
    FROM misfits
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'not_after_as_of_date', 'consistency', 'WARN', too_late, '0 customers', too_late
    FROM transactions
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'date_is_that_of_timestamp', 'consistency', 'ERROR', date_differs, '0', date_differs
    FROM transactions
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'amount_positive', 'validity', 'WARN', not_positive, '0 customers', not_positive
    FROM transactions
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'amount_in_range_of_segment', 'distribution',
      'WARN', amount_outside, '0 customers', amount_outside
    FROM transactions
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'status_known', 'validity',
      'ERROR', status_unknown, 'approved or declined', status_unknown
    FROM transactions
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'merchant_category_known', 'validity', 'ERROR', unknown, '{{ category_count }} categories', unknown
    FROM categories
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'declined_percent', 'distribution', 'WARN', declined * 100.0 / GREATEST(1, row_count),
      '2 to 4', IFF(declined * 100.0 / GREATEST(1, row_count) BETWEEN 2 AND 4, 0, 1)
    FROM transactions
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'transaction_count', 'volume', 'ERROR', t.row_count,
      IFF(
        :source = 'synthetic',
        (o.customers * {{ transactions_per_customer }})::VARCHAR || ', {{ transactions_per_customer }} a customer',
        'any'
      ),
      IFF(:source = 'synthetic', ABS(t.row_count - o.customers * {{ transactions_per_customer }}), 0)
    FROM transactions AS t
    CROSS JOIN (SELECT COUNT(*) AS customers FROM opened) AS o
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'transaction_id_is_unique', 'uniqueness', 'WARN', repeated, '0', repeated
    FROM repeated
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'every_month_has_transactions', 'completeness', 'WARN', months_missing, '0 without',
      COALESCE(months_missing, 0)
    FROM coverage
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'each_of_the_last_30_days_has_transactions', 'completeness', 'WARN', days_missing,
      '0 without', days_missing
    FROM coverage
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'reaches_as_of_date', 'freshness', 'WARN', DATEDIFF('day', last_date, :as_of_date),
      '0 days', GREATEST(0, DATEDIFF('day', last_date, :as_of_date))
    FROM transactions
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'customers_without_transactions_percent', 'distribution', 'WARN',
      100 - 100 * t.spenders / GREATEST(1, o.customers), '0 to 5',
      IFF(100 - 100 * t.spenders / GREATEST(1, o.customers) BETWEEN 0 AND 5, 0, 1)
    FROM transactions AS t
    CROSS JOIN (SELECT COUNT(*) AS customers FROM opened) AS o
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'most_transactions_of_a_customer', 'distribution', 'WARN', most_rows,
      '20 times the mean at most', IFF(most_rows * o.customers > 20 * t.row_count, 1, 0)
    FROM transactions AS t
    CROSS JOIN (SELECT COUNT(*) AS customers FROM opened) AS o
    UNION ALL
    SELECT 'BRONZE_TRANSACTIONS', 'merchant_category_shares', 'distribution', 'WARN', unusual,
      '{{ category_count }} categories of 0.2 to 25 percent', unusual
    FROM categories
    UNION ALL
    SELECT t.table_name, 'rows_refused', 'validity', 'WARN', COALESCE(r.row_count, 0), '0', COALESCE(r.row_count, 0)
    FROM (
      SELECT column1 AS table_name
      FROM (VALUES ('BRONZE_CUSTOMERS'), ('BRONZE_CUSTOMER_CHANGES'), ('BRONZE_TRANSACTIONS'))
    ) AS t
    LEFT JOIN refused AS r ON t.table_name = r.table_name
  )
  SELECT
    :run_id,
    'BRONZE',
    table_name,
    check_name,
    check_type,
    CASE WHEN COALESCE(failed_rows, 0) = 0 THEN 'PASS' WHEN severity = 'ERROR' THEN 'FAIL' ELSE 'WARN' END,
    observed,
    expected,
    COALESCE(failed_rows, 0),
    'severity ' || severity,
    SYSDATE()
  FROM measured;
  SELECT COUNT(*), LISTAGG(IFF(status = 'FAIL', table_name || '.' || check_name, NULL), ', ')
  INTO :checks, :failed_checks
  FROM OBSERVABILITY.DATA_QUALITY_METRICS
  WHERE run_id = :run_id AND layer = 'BRONZE';
  IF (COALESCE(failed_checks, '') <> '') THEN
    LET problem VARCHAR := 'Bronze checks failed: ' || failed_checks
      || '. See OBSERVABILITY.V_RECENT_DQ_FAILURES, mend the data, run again.';
    EXECUTE IMMEDIATE 'DECLARE refused EXCEPTION (-20002, ''' || problem || '''); BEGIN RAISE refused; END';
  END IF;
  CALL FINISH_STEP('VALIDATE_BRONZE', :checks);
  LET returned VARCHAR := TO_VARCHAR(checks);
  CALL SYSTEM$SET_RETURN_VALUE(:returned);
  RETURN checks;
END
