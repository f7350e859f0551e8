-- purpose: define how a row of the plan expands into transactions; GENERATE_TRANSACTIONS stores them batch by batch
-- grain: one row per transaction in the view PLATFORM.GENERATED_TRANSACTIONS
BEGIN
  CREATE OR REPLACE VIEW PLATFORM.GENERATED_TRANSACTIONS AS
  WITH expanded AS (
    SELECT
      p.*,
      e.position,
      e.position <= p.approved_count AS is_approved,
      -- rank of the amount among the customer's approved ones of the period: the last ones are the largest
      (e.position + p.row_hash) % GREATEST(1, p.approved_count) AS amount_rank,
      (p.row_hash + e.position * 1103515245) % 2147483647 AS x
    FROM PLATFORM.GENERATOR_PLAN AS p
    INNER JOIN PLATFORM.GENERATOR_POSITIONS AS e ON p.row_count = e.row_count
  ),
  hashed_once AS (
    SELECT *, (x * x + x * 48271 + 11) % 2147483647 AS h1
    FROM expanded
  ),
  -- Card use comes in bursts: nearly a quarter of the transactions follow on the one or two before, on its day, within
  -- the hour or so. What decides the day is therefore drawn for the transaction that leads.
  led AS (
    SELECT
      *,
      (h1 * h1 + h1 * 69621 + 7) % 2147483647 AS h2,
      is_approved AND amount_rank >= first_travel AS is_trip,
      IFF(h1 % 1021 < 240, LEAST(position - 1, 1 + h1 % 2), 0) AS steps_behind
    FROM hashed_once
  ),
  day_drawn AS (
    SELECT *, (row_hash + (position - steps_behind) * 1103515245) % 2147483647 AS lead_x
    FROM led
  ),
  day_hashed AS (
    SELECT *, (lead_x * lead_x + lead_x * 48271 + 11) % 2147483647 AS d1
    FROM day_drawn
  ),
  hashed_twice AS (
    SELECT *, (d1 * 69621 + 7) % 2147483647 AS d2
    FROM day_hashed
  ),
  placed AS (
    SELECT
      *,
      IFF(is_trip, (trip_day + d1 % 6) % active_days, d1 % active_days) AS any_day,
      -- amounts grow with the cube of their rank: few large, many small
      IFF(
        is_approved,
        (extra_amount * (4 * (amount_rank + 1) * (amount_rank + 1) * (amount_rank + 1)
          + flatness * approved_count * approved_count * approved_count)
          - extra_amount * (4 * (amount_rank + 1) * (amount_rank + 1) * (amount_rank + 1)
          + flatness * approved_count * approved_count * approved_count) % shares) / shares,
        h2 % 997 * 20
      )::INTEGER + h2 % FLOOR(least_amount / 4)::INTEGER AS even_amount
    FROM hashed_twice
  ),
  moved AS (
    SELECT
      *,
      -- some transactions of Monday to Wednesday move to Friday to Sunday; day 5 is a Monday
      any_day + IFF(
        (first_day + any_day + 2) % 7 < 3 AND d1 % 101 < weekend_taste AND any_day + 4 < active_days AND NOT is_trip,
        4,
        0
      ) AS active_day,
      LEAST(greatest_amount, least_amount + FLOOR(even_amount * (960 + h1 % 83) / 1000)::INTEGER) AS cents,
      d2 % 1009 AS hour_draw
    FROM placed
  ),
  timed AS (
    SELECT
      *,
      -- the pause is skipped
      first_day + active_day + IFF(first_day + active_day >= gap_from, gap_days, 0) AS day,
      CASE
        WHEN hour_draw < 14 THEN d2 % 21601
        WHEN hour_draw < 290 - 4 * evening_taste THEN 21600 + d2 % 21599
        WHEN hour_draw < 610 - 7 * evening_taste THEN 43200 + d2 % 18013
        WHEN hour_draw < 960 THEN 61200 + d2 % 17989
        ELSE 79200 + d2 % 7193
      END AS lead_second,
      (
        IFF(is_trip, 6, persona) * 4
        - CASE WHEN cents < 2000 THEN 3 WHEN cents < 6000 THEN 2 WHEN cents < 15000 THEN 1 ELSE 0 END
      ) * 256 + h1 % 128 AS slot
    FROM moved
  )
  SELECT
    'T' || LPAD((t.start_row + t.position)::VARCHAR, 11, '0') AS transaction_id,
    t.customer_id,
    DATEADD(
      'second',
      t.day * 86400 + LEAST(86399, t.lead_second + t.steps_behind * (240 + t.h2 % 2699)),
      '2020-01-01'::TIMESTAMP_NTZ
    ) AS transaction_timestamp,
    DATEADD('day', t.day, '2020-01-01'::DATE) AS transaction_date,
    (t.cents / 100)::NUMBER(12, 2) AS amount,
    s.name AS merchant_category,
    IFF(t.is_approved, 'approved', 'declined') AS status,
    t.batch
  FROM timed AS t
  INNER JOIN PLATFORM.GENERATOR_SLOTS AS s ON t.slot = s.slot;
  RETURN 'defined';
END
