-- The wide profile has as many rows as there are customers.
select *
from (
    select
        (select count(*) from {{ ref('stg_customers') }}) as customers,
        (select count(*) from {{ ref('customer_360_profile') }}) as profiles
) as counts
where customers <> profiles
