-- purpose: the true probability of the churn label of 2024-09-30, from what was fixed by that day, not from later draws
-- grain: one row per customer; the best ranking that any model of the synthetic data can reach
-- Who had left by then has left. All others leave on 2024-10-01 with the hazard that the generator drew from; who stays
-- is silent for 90 days only by using the card less than once in 30 days (three periods without a transaction).
select
    customer_id,
    iff(
        stop_day <= 1734,
        1,
        label_hazard / 1000 + (1 - label_hazard / 1000) * power(greatest(0, 1 - rate / 100), 3)
    )::float as churn_probability
from platform.generator_customers
