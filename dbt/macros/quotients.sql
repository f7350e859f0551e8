{#- A quotient to two digits, NULL where the divisor is zero. Numbers would be divided to six digits on Snowflake, and in
    binary fractions by the local account: as a float both divide alike. No hundredth is a binary fraction: the dividend
    becomes a float as a whole number of hundredths, and the quotient is rounded as one: half a cent goes up on both. -#}
{% macro rounded_quotient(dividend, divisor) -%}
    round((100 * {{ dividend }})::float / nullif({{ divisor }}, 0)) / 100
{%- endmacro %}

{#- Change of spend in percent against the period before, from -100 to 1000: against next to nothing the figure says
    "much more", not how much; where refunds outweigh purchases it says that nothing is left. Spend after a period of
    none counts as 100; none in both counts as -100 for those who ever spent, and as 0 for those who never did. -#}
{% macro percent_change(current, previous, has_ever_spent) -%}
    case
        when {{ previous }} > 0
            then greatest(
                -100, least({{ rounded_quotient('100 * (' ~ current ~ ' - ' ~ previous ~ ')', previous) }}, 1000)
            )
        when {{ current }} > 0 then 100
        when {{ has_ever_spent }} then -100
        else 0
    end::number(6, 2)
{%- endmacro %}
