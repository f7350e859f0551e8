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
      -- see pipeline/categories.py
      {{ category_weights }}
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
