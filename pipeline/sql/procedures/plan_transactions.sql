-- purpose: decide how many transactions each customer makes in each statement period
-- grain: one row per customer and period of 30 days with transactions in PLATFORM.GENERATOR_PLAN
-- Period 61 ends on 2024-12-31 and holds the last 30 days, period 60 the 30 days before, and so on back to period 1.
-- Counts are the cumulated weights, scaled to the total and rounded down, minus the same up to the row before: whole
-- numbers that add up exactly, whatever the scale.
DECLARE
  total_rows INTEGER;
  batches INTEGER;
BEGIN
  -- exactly so many rows a customer overall; some 1.2 million a batch, and enough batches to resume from at any scale
  SELECT
    COUNT(*) * {{ transactions_per_customer }},
    LEAST(40, GREATEST(3, CEIL(COUNT(*) * {{ transactions_per_customer }} / 1200000)))::INTEGER
  INTO :total_rows, :batches
  FROM PLATFORM.GENERATOR_CUSTOMERS;
  CREATE OR REPLACE TRANSIENT TABLE PLATFORM.GENERATOR_PLAN AS
  WITH periods AS (
    SELECT
      period,
      1797 - 30 * (61 - period) AS start_day,
      80 + FLOOR(period * 20 / 61)::INTEGER AS trend_percent,
      MONTH(DATEADD('day', 1797 - 30 * (61 - period) + 15, '2020-01-01'::DATE)) AS middle_month
    FROM (
      SELECT (ROW_NUMBER() OVER (ORDER BY SEQ4()))::INTEGER AS period
      FROM TABLE(GENERATOR(ROWCOUNT => 61))
    )
  ),
  seasons AS (
    SELECT
      *,
      CASE middle_month
        WHEN 1 THEN 90 WHEN 2 THEN 92 WHEN 6 THEN 104 WHEN 7 THEN 106 WHEN 11 THEN 108 WHEN 12 THEN 122 ELSE 100
      END AS season_percent
    FROM periods
  ),
  spans AS (
    SELECT
      c.*,
      p.period,
      p.start_day,
      p.trend_percent,
      -- stable customers hardly know seasons
      IFF(c.persona = 2, 100 + IFF(p.season_percent > 105, 1, 0), p.season_percent) AS season_percent,
      GREATEST(c.open_day, p.start_day) AS first_day,
      LEAST(c.stop_day, p.start_day + 30) AS end_day,
      (c.customer_hash + p.period * 15485863) % 2147483647 AS x
    FROM PLATFORM.GENERATOR_CUSTOMERS AS c
    INNER JOIN seasons AS p ON c.open_day < p.start_day + 30 AND c.stop_day > p.start_day
    WHERE c.rate > 0
  ),
  gaps AS (
    SELECT
      *,
      GREATEST(first_day, pause_day) AS gap_from,
      GREATEST(0, LEAST(end_day, pause_day + pause_days) - GREATEST(first_day, pause_day)) AS gap_days,
      (x * x + x * 48271 + 11) % 2147483647 AS y
    FROM spans
  ),
  hashed AS (
    SELECT
      *,
      end_day - first_day - gap_days AS active_days,
      (y * y + y * 69621 + 7) % 2147483647 AS row_hash,
      -- how far the decline has come at the end of the period, per mille
      LEAST(1000, GREATEST(0, FLOOR((start_day + 30 - decline_day) * 1000 / decline_days)))::INTEGER AS progress
    FROM gaps
    WHERE end_day - first_day - gap_days > 0
  ),
  factors AS (
    SELECT
      *,
      1000 - FLOOR(progress * (1000 - activity_floor) / 1000)::INTEGER AS activity,
      1000 - FLOOR(progress * (1000 - ticket_floor) / 1000)::INTEGER AS ticket,
      100 - rate_noise + row_hash % (2 * rate_noise + 1) AS rate_percent,
      1000 - 10 * budget_noise + row_hash % 997 % (20 * budget_noise + 1) AS budget_mille,
      CASE
        -- growing customers come more often from period to period
        WHEN persona = 5 THEN GREATEST(25, 100 - 8 * (61 - period))
        WHEN start_day - open_day < 60 THEN 70
        -- the summer of 2024 was a lull, the deeper the more likely a customer is to leave
        WHEN period BETWEEN 57 AND 58
          THEN 100 - FLOOR(severity * severity * 45 / 1000000)::INTEGER
        ELSE 100
      END AS phase_percent,
      -- budgets of growing customers rise by 4/3, 9/7 or 7/5 a period towards the last one
      CASE WHEN persona = 5 THEN 61 - period ELSE 0 END AS steps
    FROM hashed
  ),
  weighed AS (
    SELECT
      *,
      FLOOR(rate * active_days * trend_percent * season_percent / 300000)::INTEGER
        * rate_percent * phase_percent AS fine_weight,
      FLOOR(FLOOR(budget * active_days * season_percent / 3000)::INTEGER * budget_mille / 1000)::INTEGER AS full_budget,
      ROUND(POWER(CASE growth_kind WHEN 2 THEN 3 WHEN 3 THEN 7 ELSE 5 END, steps))::INTEGER AS shrunk,
      ROUND(POWER(CASE growth_kind WHEN 2 THEN 4 WHEN 3 THEN 9 ELSE 7 END, steps))::INTEGER AS grown
    FROM factors
  ),
  -- from here on only what a running sum has to carry; the customer's own columns come back at the end
  budgeted AS (
    SELECT
      customer_number,
      period,
      row_hash,
      first_day,
      active_days,
      gap_from,
      gap_days,
      LEAST(15000, FLOOR(FLOOR(fine_weight / 10000)::INTEGER * activity / 1000))::INTEGER AS weight,
      FLOOR(
        FLOOR(
          ((full_budget * shrunk - full_budget * shrunk % grown) / grown)::INTEGER * activity / 1000
        )::INTEGER * ticket / 1000
      )::INTEGER AS spend
    FROM weighed
  ),
  period_weights AS (
    SELECT period, SUM(weight) AS period_weight
    FROM budgeted
    GROUP BY period
  ),
  offsets AS (
    SELECT
      period,
      (
        SUM(period_weight) OVER (ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - period_weight
      )::INTEGER AS weight_before,
      (SUM(period_weight) OVER ())::INTEGER AS total_weight
    FROM period_weights
  ),
  starts AS (
    SELECT
      period,
      weight_before,
      total_weight,
      ((weight_before * :total_rows - weight_before * :total_rows % total_weight) / total_weight)::INTEGER AS start_row
    FROM offsets
  ),
  batched AS (
    SELECT
      period,
      weight_before,
      total_weight,
      ((start_row * :batches - start_row * :batches % :total_rows) / :total_rows)::INTEGER + 1 AS batch
    FROM starts
  ),
  running AS (
    SELECT
      *,
      (SUM(weight) OVER (
        PARTITION BY period ORDER BY customer_number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ))::INTEGER AS upto
    FROM budgeted
  ),
  cumulated AS (
    SELECT
      r.*,
      b.batch,
      b.total_weight,
      (b.weight_before + r.upto) * :total_rows AS share,
      (b.weight_before + r.upto - r.weight) * :total_rows AS start_share
    FROM running AS r
    INNER JOIN batched AS b ON r.period = b.period
  ),
  counted AS (
    SELECT
      *,
      ((share - share % total_weight) / total_weight)::INTEGER AS last_row,
      ((start_share - start_share % total_weight) / total_weight)::INTEGER AS start_row
    FROM cumulated
  ),
  split AS (
    SELECT
      t.*,
      t.last_row - t.start_row AS row_count,
      t.last_row - t.start_row
      - FLOOR(((t.last_row - t.start_row) * c.declined_share + t.row_hash % 1000) / 1000)::INTEGER AS approved_count,
      c.customer_id,
      c.persona,
      c.least_amount,
      c.greatest_amount,
      c.flatness,
      c.travel_share,
      c.evening_taste,
      c.weekend_taste
    FROM counted AS t
    INNER JOIN PLATFORM.GENERATOR_CUSTOMERS AS c ON t.customer_number = c.customer_number
    WHERE t.last_row > t.start_row
  )
  SELECT
    customer_id,
    period,
    batch,
    start_row,
    row_count,
    approved_count,
    row_hash,
    first_day,
    active_days,
    gap_from,
    gap_days,
    persona,
    least_amount,
    greatest_amount,
    flatness,
    GREATEST(0, spend - approved_count * least_amount) AS extra_amount,
    GREATEST(1, approved_count * approved_count * (approved_count + 1) * (approved_count + 1)
      + flatness * approved_count * approved_count * approved_count * approved_count) AS shares,
    approved_count - FLOOR((approved_count * travel_share + 999) / 1000)::INTEGER AS first_travel,
    row_hash % 1013 % active_days AS trip_day,
    evening_taste,
    weekend_taste
  FROM split;
  RETURN batches;
END
