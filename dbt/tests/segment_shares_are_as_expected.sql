-- Shares of the segments among generated customers against those that the generator is to make, within five points. An
-- issuer's own customers, who have no persona, are as they are.
{{ config(severity='warn') }}

with

shares as (

    select
        segment,
        100 * count(*) / nullif(sum(count(*)) over (), 0) as share_percent
    from {{ ref('customer_segments') }}
    group by 1

),

expected as (

    select
        segment,
        expected_percent
    from {{ ref('dim_segment') }}

)

select
    expected.segment,
    expected.expected_percent,
    shares.share_percent
from expected
left join shares on expected.segment = shares.segment
where
    abs(expected.expected_percent - coalesce(shares.share_percent, 0)) > 5
    and exists (
        select 1
        from {{ source('bronze', 'bronze_customers') }} as customers
        where customers.segment is not null
    )
