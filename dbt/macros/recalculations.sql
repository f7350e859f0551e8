{#- Which rows of customer and recalculation date a further day calculates again, and how the old ones go. -#}

{#- Whether a date is calculated again: for everybody where it is new or as_of_date, and for a customer of whom something
    changed on every date since. -#}
{% macro is_recalculated(date, changed_from) -%}
    (
        {{ date }} > {{ previous_as_of_date() }}
        or {{ date }} = {{ as_of_date() }}
        or {{ date }} >= {{ changed_from }}
    )
{%- endmacro %}

{#- Pre-hook: takes out what is calculated again, and what was calculated for an as_of_date before that was no month
    end. A date before the opening of an account is not calculated again, where a newer load has moved the opening. -#}
{% macro take_out_recalculated() -%}
    {% if is_incremental() %}
    delete from {{ this }}
    where
        recalculation_date >= {{ as_of_date() }}
        or recalculation_date > {{ previous_as_of_date() }}
        or recalculation_date <> last_day(recalculation_date);

    delete from {{ this }} as recalculated
    using {{ ref('changed_customers') }} as changed
    where
        recalculated.customer_id = changed.customer_id
        and recalculated.recalculation_date >= changed.changed_from
    {% endif %}
{%- endmacro %}
