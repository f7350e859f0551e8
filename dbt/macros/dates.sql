{#- Completed years between a birthday and a day; someone born on 29 February ages on 1 March in other years. -#}
{% macro full_years_between(birthday, day) -%}
    (
        datediff(year, {{ birthday }}, {{ day }})
        - iff(
            month({{ day }}) * 100 + day({{ day }}) < month({{ birthday }}) * 100 + day({{ birthday }}), 1, 0
        )
    )::integer
{%- endmacro %}

{#- A day as the integer key of DIM_DATE, such as 20241231. -#}
{% macro date_key(day) -%}
    (year({{ day }}) * 10000 + month({{ day }}) * 100 + day({{ day }}))::integer
{%- endmacro %}

{#- First month end for which segments are calculated: a fixed day, so that histories that grew day by day and histories
    made anew begin alike; earlier where as_of_date is. -#}
{% macro segment_history_start() -%}
    least(
        '{{ var("segment_history_start") }}'::date,
        last_day(dateadd(month, -{{ var("segment_history_months") }}, {{ as_of_date() }}))
    )
{%- endmacro %}

{#- 1 where a day is at least `after` and less than `before` days before another, else 0. -#}
{% macro is_within(day, end, after, before) -%}
    iff({{ day }} <= {{ end }} - {{ after }} and {{ day }} > {{ end }} - {{ before }}, 1, 0)
{%- endmacro %}
