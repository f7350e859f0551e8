-- Purpose: when each customer moved into which segment, from the recalculations of the last months.
-- Grain: one row per customer and change of segment; segment_end_date is exclusive, and NULL for the present segment.
-- A further day makes the histories anew of those who are found in another segment, or whose past changed.
-- depends_on: {{ ref('changed_customers') }}
with

{% if is_incremental() -%}
-- Whose history just goes on: a month end found them in the segment, and every date since does.
unchanged as (

    select history.customer_id
    from {{ this }} as history
    inner join {{ ref('customer_segment_evaluations') }} as evaluations
        on
            history.customer_id = evaluations.customer_id
            and (
                evaluations.recalculation_date > {{ previous_as_of_date() }}
                or evaluations.recalculation_date = {{ as_of_date() }}
            )
    left join {{ ref('changed_customers') }} as changed_customers
        on
            history.customer_id = changed_customers.customer_id
            and changed_customers.changed_from <= {{ previous_as_of_date() }}
    where
        history.is_current
        and history.segment_assigned_date = last_day(history.segment_assigned_date)
        and changed_customers.customer_id is null
    group by 1
    having min(iff(history.segment = evaluations.segment, 1, 0)) = 1

),

{% endif -%}
compared as (

    select
        *,
        lag(segment) over (partition by customer_id order by recalculation_date) as previous_segment
    from {{ ref('customer_segment_evaluations') }}
    {% if is_incremental() -%}
    where customer_id not in (select unchanged.customer_id from unchanged)
    {%- endif %}

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
