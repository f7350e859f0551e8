-- purpose: how well the segment rules find the people: sizes, exact rules, and agreement with the generating personas
-- grain: one row per segment, and one for all customers; personas, and the shares that the generator is to make, are
-- NULL for an issuer's own customers
with personas as (
    select customer_id, min(segment) as persona
    from bronze.bronze_customers
    group by customer_id
),

judged as (
    select
        s.segment,
        iff(s.is_exact_rule, 100, 0) as exact,
        case when p.persona is null then null when p.persona = s.segment then 100 else 0 end as agrees,
        c.churn_probability
    from gold.customer_segments as s
    inner join personas as p on s.customer_id = p.customer_id
    inner join gold.customer_360_profile as c on s.customer_id = c.customer_id
),

expected as (
    select *
    from (
        values
        {{ expected_segment_percents }},
        ('all', 100)
    ) as v (segment, percent)
),

grouped as (
    select segment, count(*) as customers, avg(exact) as exact, avg(agrees) as agrees, avg(churn_probability) as churn
    from judged
    group by segment
    union all
    select 'all', count(*), avg(exact), avg(agrees), avg(churn_probability)
    from judged
)

select
    e.segment,
    coalesce(g.customers, 0) as customers,
    round(100 * coalesce(g.customers, 0) / greatest(1, (select count(*) from judged)), 1)::float as percent,
    iff((select count(p.persona) from personas as p) > 0, e.percent, null) as expected_percent,
    round(g.exact, 1)::float as exact_rule_percent,
    round(g.agrees, 1)::float as persona_percent,
    round(g.churn, 3)::float as churn_probability
from expected as e
left join grouped as g on e.segment = g.segment
order by customers, e.segment
