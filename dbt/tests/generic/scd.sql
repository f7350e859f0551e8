{#- Integrity of a slowly changing dimension of type 2: one test per promise, all over versions in order of their start.
    Each returns the versions that break the promise. -#}

{#- Validity begins where the version before ended: neither a gap nor an overlap, and the first begins on time. -#}
{% test scd_continuous(model, key, valid_from, valid_to, first_valid_from) %}
with

versions as (

    select
        {{ key }},
        {{ valid_from }},
        {{ valid_to }},
        {{ first_valid_from }} as first_valid_from,
        lag({{ valid_to }}) over (partition by {{ key }} order by {{ valid_from }}) as previous_valid_to,
        row_number() over (partition by {{ key }} order by {{ valid_from }}) as version_number
    from {{ model }}

)

select *
from versions
where
    (version_number = 1 and {{ valid_from }} <> first_valid_from)
    or (version_number > 1 and ({{ valid_from }} <> previous_valid_to or previous_valid_to is null))
    or {{ valid_to }} <= {{ valid_from }}
{% endtest %}

{#- Exactly one version per key is current, and it is the one without an end. -#}
{% test scd_one_current(model, key, valid_to, is_current) %}
select
    {{ key }},
    count_if({{ is_current }}) as current_versions,
    count_if({{ is_current }} <> ({{ valid_to }} is null)) as contradictions
from {{ model }}
group by 1
having current_versions <> 1 or contradictions > 0
{% endtest %}

{#- The hash differs from the version before: each version has a reason. -#}
{% test scd_hash_changes(model, key, valid_from, row_hash) %}
select
    {{ key }},
    {{ valid_from }}
from {{ model }}
qualify {{ row_hash }} = lag({{ row_hash }}) over (partition by {{ key }} order by {{ valid_from }})
{% endtest %}
