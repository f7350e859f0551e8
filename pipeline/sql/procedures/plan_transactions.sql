-- purpose: decide how many transactions each customer makes in each statement period, exactly 270 per customer overall
-- grain: one row per customer and period of 30 days with transactions in PLATFORM.GENERATOR_PLAN
-- Period 61 ends on 2024-12-31 and holds the last 30 days, period 60 the 30 days before, and so on back to period 1.
-- Counts are the cumulated weights, scaled to the total and rounded down, minus the same up to the row before: whole
-- numbers that add up exactly, whatever the scale.
DECLARE
  total_rows INTEGER;
  batches INTEGER;
BEGIN
  -- some 1.2 million rows a batch, and enough batches to resume from at any scale
  SELECT COUNT(*) * 270, LEAST(40, GREATEST(4, CEIL(COUNT(*) * 270 / 1200000)))::INTEGER
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
      FLOOR(budget * active_days * season_percent / 3000)::INTEGER
        * budget_mille AS fine_budget,
      ROUND(POWER(CASE growth_kind WHEN 2 THEN 3 WHEN 3 THEN 7 ELSE 5 END, steps))::INTEGER AS shrunk,
      ROUND(POWER(CASE growth_kind WHEN 2 THEN 4 WHEN 3 THEN 9 ELSE 7 END, steps))::INTEGER AS grown
    FROM factors
  ),
  budgeted AS (
    SELECT
      *,
      LEAST(15000, FLOOR(FLOOR(fine_weight / 10000)::INTEGER * activity / 1000))::INTEGER AS weight,
      FLOOR(fine_budget / 1000)::INTEGER AS period_budget
    FROM weighed
  ),
  cumulated AS (
    SELECT
      *,
      (SUM(weight) OVER (ORDER BY period, customer_number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))::INTEGER AS upto,
      (SUM(weight) OVER ())::INTEGER AS total_weight
    FROM budgeted
  ),
  counted AS (
    SELECT
      *,
      ((upto * :total_rows - upto * :total_rows % total_weight) / total_weight)::INTEGER AS last_row,
      (((upto - weight) * :total_rows - (upto - weight) * :total_rows % total_weight) / total_weight)::INTEGER AS start_row
    FROM cumulated
  ),
  split AS (
    SELECT
      *,
      last_row - start_row AS row_count,
      FLOOR(((last_row - start_row) * declined_share + row_hash % 1000) / 1000)::INTEGER AS declined_count,
      ((period_budget * shrunk - period_budget * shrunk % grown) / grown)::INTEGER AS grown_budget
    FROM counted
    WHERE last_row > start_row
  ),
  spent AS (
    SELECT
      *,
      row_count - declined_count AS approved_count,
      FLOOR(grown_budget * activity / 1000)::INTEGER AS active_budget
    FROM split
  ),
  first_rows AS (
    SELECT period, MIN(start_row) AS first_row
    FROM spent
    GROUP BY period
  )
  SELECT
    s.customer_id,
    s.period,
    ((f.first_row * :batches - f.first_row * :batches % :total_rows) / :total_rows)::INTEGER + 1 AS batch,
    s.start_row,
    s.row_count,
    s.approved_count,
    s.row_hash,
    s.first_day,
    s.active_days,
    s.gap_from,
    s.gap_days,
    s.persona,
    s.least_amount,
    s.greatest_amount,
    s.flatness,
    GREATEST(0, FLOOR(s.active_budget * s.ticket / 1000)::INTEGER
      - s.approved_count * s.least_amount) AS extra_amount,
    GREATEST(1, s.approved_count * s.approved_count * (s.approved_count + 1) * (s.approved_count + 1)
      + s.flatness * s.approved_count * s.approved_count * s.approved_count * s.approved_count) AS shares,
    s.approved_count - FLOOR((s.approved_count * s.travel_share + 999) / 1000)::INTEGER AS first_travel,
    s.row_hash % 1013 % s.active_days AS trip_day,
    s.evening_taste,
    s.weekend_taste
  FROM spent AS s
  INNER JOIN first_rows AS f ON s.period = f.period;
  RETURN batches;
END
