-- Purpose: when each customer moved into which segment, from the recalculations of the last months.
-- Grain: one row per customer and change of segment; segment_end_date is exclusive, and NULL for the present segment.
{% set depends_on = [
    ref('changed_transactions'), ref('stg_customer_changes'), ref('stg_customers')
] if not execute else [] %}
with

{% if adds_to_history() -%}
new_activity as (

    select * from {{ ref('customer_activity') }}
    where {{ is_new_recalculation('recalculation_date') }}

),

new_evaluations as (

    {{ segment_rules('new_activity') }}

),

{#- Whose history goes on: who was found in another segment than before, whose past changed by what came late, whose
    newest row was found on an as_of_date that was no month end, and who is new. #}
changed_histories as (

    select new_evaluations.customer_id
    from new_evaluations
    left join {{ this }} as present on new_evaluations.customer_id = present.customer_id and present.is_current
    where
        present.customer_id is null
        or present.segment <> new_evaluations.segment
        or present.segment_assigned_date >= new_evaluations.recalculation_date
        or present.segment_assigned_date <> last_day(present.segment_assigned_date)
    union
    select customer_id
    from ({{ changed_past() }}) as changed_past

),

{% endif -%}
activity as (

    select * from {{ ref('customer_activity') }}
    {% if adds_to_history() -%}
    where customer_id in (select changed_histories.customer_id from changed_histories)
    {%- endif %}

),

evaluations as (

    {{ segment_rules('activity') }}

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
