-- purpose: draw every customer's hidden behaviour from its number and the seed, by arithmetic that any engine repeats
-- grain: one row per customer in PLATFORM.GENERATOR_CUSTOMERS
-- Days are numbered from 2020-01-01 = 0; rates are hundredths of transactions per 30 days; shares are per mille.
-- A draw is a hash modulo a prime: h = x * x + a * x modulo 2147483647 stays below 2^63; remainders of one hash by
-- different primes are as good as independent. FLOOR(a / b) is exact everywhere for b up to 10^6 (Snowflake keeps six
-- decimals of a quotient); larger divisors are written (a - a % b) / b. The churn label's date is day 1734, 2024-09-30.
BEGIN
  CREATE OR REPLACE TRANSIENT TABLE PLATFORM.GENERATOR_CUSTOMERS AS
  WITH personas AS (
    SELECT *
    FROM (
      VALUES
      -- see pipeline/personas.py; amounts and budgets are cents, noise is percent
      {{ personas }}
    ) AS v (
      segment, persona, least_rate, spread_rate, rate_noise, least_budget, spread_budget, budget_noise,
      least_amount, greatest_amount, flatness
    )
  ),
  customers AS (
    SELECT
      customer_id,
      SUBSTR(customer_id, 2)::INTEGER AS customer_number,
      DATEDIFF('day', '2020-01-01'::DATE, MIN(account_open_date))::INTEGER AS open_day,
      MIN(segment) AS segment
    FROM BRONZE.BRONZE_CUSTOMERS
    GROUP BY customer_id
  ),
  numbered AS (
    SELECT *, (customer_number * 7919 + :seed * 104729 + 1299709) % 2147483647 AS x
    FROM customers
  ),
  mixed AS (
    SELECT *, (x * x + x * 48271 + 11) % 2147483647 AS y
    FROM numbered
  ),
  hashed_once AS (
    SELECT *, (y * y + y * 69621 + 7) % 2147483647 AS h1
    FROM mixed
  ),
  hashed_twice AS (
    SELECT *, (h1 * h1 + h1 * 40692 + 5) % 2147483647 AS h2
    FROM hashed_once
  ),
  hashed AS (
    SELECT *, (h2 * h2 + h2 * 39373 + 3) % 2147483647 AS h3
    FROM hashed_twice
  ),
  drawn AS (
    SELECT
      c.customer_id,
      c.customer_number,
      c.open_day,
      c.h3 AS customer_hash,
      p.persona,
      p.rate_noise,
      p.budget_noise,
      p.least_amount,
      p.greatest_amount,
      p.flatness,
      -- size: how much the customer spends within its persona; taste: how its rate differs at the same size
      c.h1 % 997 AS size,
      c.h1 % 1009 AS taste,
      -- severity: how likely a customer is to leave; it shows in frequency, ticket and declined transactions
      c.h1 % 1013 % 1000 AS severity,
      c.h2 % 997 AS kind_draw,
      c.h2 % 1009 AS day_draw,
      c.h2 % 1013 AS pause_draw,
      c.h3 % 997 AS oddity,
      c.h3 % 1009 AS length_draw,
      c.h3 % 31 AS evening_taste,
      c.h3 % 37 AS weekend_taste,
      400 + c.h3 % 191 AS travel_share,
      p.least_rate + FLOOR(p.spread_rate * (c.h1 % 997) / 997)::INTEGER AS sized_rate,
      p.least_budget + FLOOR(p.spread_budget * (c.h1 % 997) / 997)::INTEGER
        AS sized_budget,
      2 + c.h2 % 3 AS growth_kind
    FROM hashed AS c
    INNER JOIN personas AS p ON c.segment = p.segment
  ),
  declines AS (
    SELECT
      *,
      CASE
        WHEN persona <> 4 THEN 'none'
        WHEN kind_draw < 299 THEN 'sudden'
        ELSE 'gradual'
      END AS decline_kind,
      -- One declining customer in eight left long ago; the others' decline became visible during 2024: gradual ones
      -- from 20 March to 15 May, sudden ones from 20 July to 8 September.
      CASE
        WHEN persona <> 4 THEN 99999
        WHEN oddity < 120 THEN open_day + 100 + day_draw % 250
        WHEN kind_draw < 299 THEN 1662 + day_draw % 51
        ELSE 1540 + day_draw % 57
      END AS decline_day,
      IFF(persona = 4 AND kind_draw >= 299, 150, 30) AS decline_days
    FROM drawn
  ),
  -- Customers leave when a statement is due, on the first of a month; the yearly fee is billed quarterly, so most leave
  -- on the first day of a quarter or a month later, when it is due.
  months AS (
    SELECT
      DATEDIFF('day', '2020-01-01'::DATE, DATEADD('month', month_number, '2020-01-01'::DATE))::INTEGER AS month_day,
      month_number,
      CASE month_number % 3 WHEN 0 THEN 100 WHEN 1 THEN 160 ELSE 8 END AS calendar_percent
    FROM (
      SELECT (ROW_NUMBER() OVER (ORDER BY SEQ4()))::INTEGER AS month_number
      FROM TABLE(GENERATOR(ROWCOUNT => 59))
    )
  ),
  hazards AS (
    SELECT
      d.customer_id,
      m.month_day,
      -- per mille; of those who decline 250 to 950 on the first of a quarter, of all others 4 to 56
      LEAST(
        980,
        CASE
          WHEN d.persona = 4 THEN FLOOR((25000 + 70 * d.severity) * m.calendar_percent / 10000)
          WHEN m.calendar_percent = 100 THEN 4 + FLOOR(52 * d.severity * d.severity / 1000000)
          ELSE 1
        END
      )::INTEGER AS hazard,
      (d.customer_hash + m.month_number * 1103515245) % 2147483647 AS z
    FROM declines AS d
    INNER JOIN months AS m
      ON (
        d.persona = 4 AND m.month_day >= d.decline_day + IFF(d.decline_kind = 'gradual', 135, 20)
        -- all others may leave from August 2024 on; who left before is among the declining
        OR d.persona <> 4 AND m.month_number >= 55 AND m.month_day > d.open_day + 60
      )
  ),
  stops AS (
    SELECT
      customer_id,
      MIN(IFF((z * z + z * 48271 + 11) % 2147483647 % 1009 * 1000 < hazard * 1009, month_day, NULL)) AS stop_day,
      MAX(IFF(month_day = 1735, hazard, 0)) AS label_hazard
    FROM hazards
    GROUP BY customer_id
  ),
  rated AS (
    SELECT
      *,
      CASE persona
        -- cents per transaction times transactions: budget customers' tickets are 13 to 25 dollars
        WHEN 3 THEN FLOOR(sized_rate * (1300 + taste % 12 * 100) / 100)::INTEGER
        ELSE sized_budget
      END AS budget,
      CASE persona
        -- growing customers: 70 to 130 dollars a ticket in the last period
        WHEN 5 THEN FLOOR(sized_budget * 100 / (7000 + taste * 6))::INTEGER
        ELSE sized_rate
      END AS full_rate
    FROM declines
  )
  SELECT
    d.customer_id,
    d.customer_number,
    d.persona,
    d.open_day,
    d.customer_hash,
    -- six in a thousand never use the card, ten rarely
    CASE WHEN d.oddity >= 991 THEN 0 WHEN d.oddity >= 981 THEN 60 ELSE d.full_rate END AS rate,
    d.rate_noise,
    CASE WHEN d.oddity >= 981 AND d.oddity < 991 THEN 9000 ELSE d.budget END AS budget,
    d.budget_noise,
    d.least_amount,
    d.greatest_amount,
    d.flatness,
    d.growth_kind,
    IFF(d.persona = 1, d.travel_share, 0) AS travel_share,
    d.evening_taste,
    d.weekend_taste,
    d.severity,
    d.decline_kind,
    d.decline_day,
    d.decline_days,
    -- what is left of frequency and of ticket at the end of a decline, per mille
    500 - FLOOR(d.severity * 30 / 100)::INTEGER AS activity_floor,
    400 + d.taste % 201 AS ticket_floor,
    CASE d.persona
      WHEN 4 THEN 20 + FLOOR(d.severity * 5 / 100)::INTEGER
      ELSE 11 + FLOOR(d.severity * d.severity * 48 / 1000000)::INTEGER
    END AS declined_share,
    -- a pause after which the customer returns: one in forty just before the label date, three in ten at another time
    CASE
      WHEN d.persona = 4 OR d.pause_draw >= 329 THEN 99999
      WHEN d.pause_draw < 25 THEN 1688 + d.day_draw % 27
      ELSE d.open_day + 90 + d.day_draw
    END AS pause_day,
    CASE
      WHEN d.persona = 4 OR d.pause_draw >= 329 THEN 0
      WHEN d.pause_draw < 25 THEN 18 + d.length_draw % (31 - d.day_draw % 27)
      -- never into the last 120 days, which decide the segment
      ELSE GREATEST(0, LEAST(20 + d.length_draw % 36, 1706 - (d.open_day + 90 + d.day_draw)))
    END AS pause_days,
    COALESCE(s.stop_day, 99999) AS stop_day,
    COALESCE(s.label_hazard, 0) AS label_hazard
  FROM rated AS d
  LEFT JOIN stops AS s ON d.customer_id = s.customer_id;
  RETURN 'drawn';
END
