{#- Change of spend in percent against the period before, from -100 to 1000: against next to nothing the figure says
    "much more", not how much. Spend after a period of none counts as 100; none in both counts as -100 for those who
    ever spent, and as 0 for those who never did. -#}
{% macro percent_change(current, previous, has_ever_spent) -%}
    case
        when {{ previous }} > 0
            then least(round(100 * ({{ current }} - {{ previous }}) / nullif({{ previous }}, 0), 2), 1000)
        when {{ current }} > 0 then 100
        when {{ has_ever_spent }} then -100
        else 0
    end::number(6, 2)
{%- endmacro %}
