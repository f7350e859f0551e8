-- Purpose: where each customer stood after the last run of an earlier day, so that pages can say what changed since.
-- Grain: one row per customer of that day; empty until a second day has been built.
-- Built before the profile, which it reads as the run before left it, scores included: nothing else keeps those. A day
-- that is built again, or anew, finds the profile of its own day there, and keeps the rows that it has.
{% set profile = profile_of_last_build() %}
{% set kept = table_of_last_build() %}
{% set columns = [
    'customer_id', 'as_of_date', 'segment', 'customer_status', 'churn_risk_category', 'churn_probability'
] %}

with

last_profile as (

    {% if profile -%}
    select {{ columns | join(', ') }}
    from {{ profile }}
    where as_of_date < {{ as_of_date() }}
    {%- else -%}
    select
        null::varchar as customer_id,
        null::date as as_of_date,
        null::varchar as segment,
        null::varchar as customer_status,
        null::varchar as churn_risk_category,
        null::float as churn_probability
    where false
    {%- endif %}

),

{% if kept -%}
kept_rows as (

    select {{ columns | join(', ') }}
    from {{ kept }}
    where
        as_of_date < {{ as_of_date() }}
        and not exists (select 1 from last_profile)

),

{% endif -%}
final as (

    select * from last_profile
    {% if kept -%}
    union all
    select * from kept_rows
    {%- endif %}

)

select * from final
