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
