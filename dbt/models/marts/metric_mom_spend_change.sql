-- Purpose: spending of the last 30 days against the 30 days before.
-- Grain: one row per customer.
-- three_month_trend: increasing (decreasing) where the last 30 days are above (below) the first 30 of the last 90 by
-- more than a tenth of the average of the three.
with

activity as (

    select
        *,
        (month_1_spend - month_3_spend) as change_over_three_months,
        (month_1_spend + month_2_spend + month_3_spend)::float / 30 as tenth_of_average
    from {{ ref('customer_activity') }}
    where recalculation_date = {{ as_of_date() }}

),

final as (

    select
        customer_id,
        month_1_spend as current_month_spend,
        month_2_spend as previous_month_spend,
        (month_1_spend - month_2_spend)::number(14, 2) as mom_absolute_change,
        mom_percent_change,
        case
            when change_over_three_months > tenth_of_average then 'increasing'
            when change_over_three_months < -tenth_of_average then 'decreasing'
            else 'stable'
        end as three_month_trend
    from activity

)

select * from final
