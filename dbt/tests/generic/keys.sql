{#- Rows whose keys do not point at any row of another model; fails with one row per key. Unlike dbt's own test it groups
    before it joins: the keys of millions of facts are few. -#}
{% test foreign_key(model, column_name, to, field) %}
with

keys as (

    select {{ column_name }} as key
    from {{ model }}
    where {{ column_name }} is not null
    group by 1

)

select keys.key
from keys
left join {{ to }} as referenced on keys.key = referenced.{{ field }}
where referenced.{{ field }} is null
{% endtest %}

{#- Rows without a value in a required column; one scan for all columns instead of one test each. -#}
{% test no_nulls(model, columns) %}
select *
from {{ model }}
where
    {%- for column in columns %}
    {{ "or " if not loop.first }}{{ column }} is null
    {%- endfor %}
{% endtest %}

{#- Rows that break an expression over their own columns. -#}
{% test holds(model, expression) %}
select *
from {{ model }}
where not coalesce(({{ expression }}), false)
{% endtest %}

{#- Combinations of columns that occur more than once. -#}
{% test unique_together(model, columns) %}
select {{ columns | join(", ") }}
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1
{% endtest %}
