-- purpose: spread the merchant categories over 128 slots for every persona and class of amount
-- grain: one row per slot in PLATFORM.GENERATOR_SLOTS, and one per count and position in PLATFORM.GENERATOR_POSITIONS
BEGIN
  -- one row per count and position, so that the expansion of counts into rows is an equality join
  CREATE OR REPLACE TRANSIENT TABLE PLATFORM.GENERATOR_POSITIONS AS
  WITH numbers AS (
    SELECT (ROW_NUMBER() OVER (ORDER BY SEQ4()))::INTEGER AS n
    FROM TABLE(GENERATOR(ROWCOUNT => 200))
  )
  SELECT whole.n AS row_count, part.n AS position
  FROM numbers AS whole
  INNER JOIN numbers AS part ON part.n <= whole.n;
  CREATE OR REPLACE TRANSIENT TABLE PLATFORM.GENERATOR_SLOTS AS
  WITH numbers AS (
    SELECT (ROW_NUMBER() OVER (ORDER BY SEQ4()))::INTEGER AS n
    FROM TABLE(GENERATOR(ROWCOUNT => 128))
  ),
  categories AS (
    SELECT *
    FROM (
      VALUES
      -- name, is travel, weight for amounts below 20, 60, 150 dollars and above,
      -- weight for travelers, stable, budget, declining, growing customers
      ('Airlines', 1, 0, 1, 6, 12, 8, 2, 0, 3, 1),
      ('Hotels', 1, 0, 2, 8, 9, 8, 2, 0, 3, 1),
      ('Car Rental', 1, 0, 4, 6, 3, 5, 1, 0, 2, 1),
      ('Travel Agencies', 1, 1, 2, 4, 5, 3, 1, 0, 1, 0),
      ('Restaurants', 0, 2, 9, 6, 2, 9, 6, 4, 7, 8),
      ('Fast Food', 0, 9, 2, 0, 0, 2, 4, 9, 5, 6),
      ('Coffee Shops', 0, 9, 0, 0, 0, 4, 4, 5, 4, 6),
      ('Online Retail', 0, 4, 7, 7, 5, 6, 8, 7, 7, 10),
      ('Department Stores', 0, 1, 5, 6, 4, 4, 5, 4, 5, 5),
      ('Clothing', 0, 1, 6, 6, 3, 5, 5, 4, 5, 7),
      ('Electronics', 0, 0, 2, 5, 9, 4, 3, 1, 4, 6),
      ('Home Improvement', 0, 1, 4, 6, 6, 3, 5, 3, 4, 4),
      ('Entertainment', 0, 3, 6, 4, 3, 5, 4, 4, 4, 6),
      ('Streaming Services', 0, 9, 1, 0, 0, 2, 4, 5, 4, 6),
      ('Grocery', 0, 6, 9, 7, 1, 5, 10, 14, 8, 7),
      ('Gas Stations', 0, 4, 9, 2, 0, 4, 8, 10, 7, 6),
      ('Utilities', 0, 1, 4, 7, 2, 2, 6, 6, 5, 3),
      ('Healthcare', 0, 2, 4, 5, 5, 3, 5, 5, 5, 3),
      ('Insurance', 0, 0, 2, 6, 5, 3, 5, 3, 4, 2),
      ('Education', 0, 1, 2, 4, 6, 3, 3, 2, 3, 5)
    ) AS v (
      name, is_travel, below_20, below_60, below_150, above, travelers, stable, budget, declining, growing
    )
  ),
  mixes AS (
    SELECT
      n.n AS mix,
      c.name,
      CASE WHEN n.n <= 4 THEN c.travelers WHEN n.n <= 8 THEN c.stable WHEN n.n <= 12 THEN c.budget
        WHEN n.n <= 16 THEN c.declining WHEN n.n <= 20 THEN c.growing ELSE c.is_travel * c.travelers END
      * CASE n.n % 4 WHEN 1 THEN c.below_20 WHEN 2 THEN c.below_60 WHEN 3 THEN c.below_150 ELSE c.above END AS weight
    FROM categories AS c
    INNER JOIN numbers AS n ON n.n <= 24
    -- mixes 1 to 20: persona times class of amount; 21 to 24: the trips of travelers
  ),
  shares AS (
    SELECT
      mix,
      name,
      weight,
      SUM(weight) OVER (PARTITION BY mix ORDER BY name ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS upto,
      SUM(weight) OVER (PARTITION BY mix) AS total
    FROM mixes
  )
  SELECT s.mix * 256 + n.n - 1 AS slot, s.name
  FROM shares AS s
  INNER JOIN numbers AS n ON n.n > FLOOR((s.upto - s.weight) * 128 / s.total) AND n.n <= FLOOR(s.upto * 128 / s.total);
  RETURN 'spread';
END
