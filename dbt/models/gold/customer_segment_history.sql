-- Purpose: when each customer moved into which segment, from the recalculations of the last months.
-- Grain: one row per customer and change of segment; segment_end_date is exclusive, and NULL for the present segment.
{% set depends_on = [
    ref('changed_transactions'), ref('stg_customer_changes'), ref('stg_customers')
] if not execute else [] %}
with

{% if adds_to_history() -%}
{#- Whose history goes on: who was found in another segment than before, whose past changed by what came late, whose
    newest row was found on an as_of_date that was no month end, and who is new. -#}
changed_histories as (

    select evaluations.customer_id
    from {{ ref('customer_segment_evaluations') }} as evaluations
    left join {{ this }} as present on evaluations.customer_id = present.customer_id and present.is_current
    where
        {{ is_new_recalculation('evaluations.recalculation_date') }}
        and (
            present.customer_id is null
            or present.segment <> evaluations.segment
            or present.segment_assigned_date >= evaluations.recalculation_date
            or present.segment_assigned_date <> last_day(present.segment_assigned_date)
        )
    union
    select customer_id
    from ({{ changed_past() }}) as changed_past

),

{% endif -%}
evaluations as (

    select * from {{ ref('customer_segment_evaluations') }}
    {% if adds_to_history() -%}
    where customer_id in (select changed_histories.customer_id from changed_histories)
    {%- endif %}

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
