-- Purpose: when each customer moved into which segment, from the recalculations of the last months.
-- Grain: one row per customer and change of segment; segment_end_date is exclusive, and NULL for the present segment.
with

evaluations as (

    select * from {{ ref('customer_segment_evaluations') }}

),

compared as (

    select
        *,
        lag(segment) over (partition by customer_id order by recalculation_date) as previous_segment
    from evaluations

),

changes as (

    select *
    from compared
    where previous_segment is null or segment <> previous_segment

),

final as (

    select
        customer_id,
        recalculation_date as segment_assigned_date,
        lead(recalculation_date) over (partition by customer_id order by recalculation_date) as segment_end_date,
        lead(recalculation_date) over (partition by customer_id order by recalculation_date) is null as is_current,
        segment,
        previous_segment,
        segment_reason
    from changes

)

select * from final
