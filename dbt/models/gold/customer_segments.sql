-- Purpose: the segment of every customer on as_of_date, with the figures that its rule read.
-- Grain: one row per customer. segment_assigned_date is when the customer entered the segment it is in.
with

evaluations as (

    select * from {{ ref('customer_segment_evaluations') }}
    where recalculation_date = {{ as_of_date() }}

),

assignments as (

    select
        customer_id,
        segment_assigned_date
    from {{ ref('customer_segment_history') }}
    where is_current

),

final as (

    select
        evaluations.customer_id,
        evaluations.segment,
        assignments.segment_assigned_date,
        evaluations.segment_reason,
        evaluations.is_exact_rule,
        evaluations.spend_90d as total_spend_90d,
        evaluations.transaction_count_90d,
        evaluations.avg_transaction_value_90d,
        evaluations.mom_percent_change,
        evaluations.days_since_last_transaction,
        evaluations.travel_percent_90d
    from evaluations
    inner join assignments on evaluations.customer_id = assignments.customer_id

)

select * from final
