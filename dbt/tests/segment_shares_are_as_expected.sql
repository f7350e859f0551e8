-- Shares of the segments against what the business expects, within five points. A warning: real customers may differ.
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
        column1 as segment,
        column2 as share_percent
    from (
        values
        ('High-Value Travelers', 15),
        ('Stable Mid-Spenders', 35),
        ('Budget-Conscious', 25),
        ('Declining', 15),
        ('New & Growing', 10)
    )

)

select
    expected.segment,
    expected.share_percent as expected_percent,
    shares.share_percent
from expected
left join shares on expected.segment = shares.segment
where abs(expected.share_percent - coalesce(shares.share_percent, 0)) > 5
