-- Sums, counts and extremes of every customer in the marts equal what bronze says, to the cent. Bronze is summed up
-- plainly; only where that differs are superseded loads of a transaction looked for, since finding them costs a pass
-- over all ids.
{% set measures %}
        sum(amount::number(14, 2)) as total_lifetime_value,
        sum(iff(transaction_date > {{ as_of_date() }} - 365, amount, 0)::number(14, 2)) as ltv_last_365_days,
        sum(iff(transaction_date > {{ as_of_date() }} - 90, amount, 0)::number(14, 2)) as ltv_last_90_days,
        sum(iff(transaction_date > {{ as_of_date() }} - 30, amount, 0)::number(14, 2)) as current_month_spend,
        sum(
            iff(
                transaction_date > {{ as_of_date() }} - 60 and transaction_date <= {{ as_of_date() }} - 30, amount, 0
            )::number(14, 2)
        ) as previous_month_spend,
        count_if(amount > 0) as transaction_count,
        count_if(amount > 0 and transaction_date > {{ as_of_date() }} - 90) as transaction_count_90d,
        max(iff(amount > 0, amount, null)) as max_transaction_amount,
        min(iff(amount > 0, amount, null)) as min_transaction_amount
{% endset %}
{% set names = [
    'total_lifetime_value', 'ltv_last_365_days', 'ltv_last_90_days', 'current_month_spend', 'previous_month_spend',
    'transaction_count', 'transaction_count_90d', 'max_transaction_amount', 'min_transaction_amount'
] %}

with

loads as (

    select
        transaction_id,
        customer_id,
        transaction_date,
        amount,
        _loaded_at,
        _source_file,
        _file_row_number,
        status = 'approved' and amount <> 0 and transaction_date <= {{ as_of_date() }} as is_counted
    from {{ source('bronze', 'bronze_transactions') }}

),

plain as (

    select
        customer_id,
        {{ measures }}
    from loads
    where is_counted
    group by 1

),

marts as (

    select
        lifetime_values.customer_id,
        lifetime_values.total_lifetime_value,
        lifetime_values.ltv_last_365_days,
        lifetime_values.ltv_last_90_days,
        spend_changes.current_month_spend,
        spend_changes.previous_month_spend,
        profiles.transaction_count,
        profiles.transaction_count_90d,
        transaction_values.max_transaction_amount,
        transaction_values.min_transaction_amount
    from {{ ref('metric_customer_ltv') }} as lifetime_values
    left join {{ ref('metric_mom_spend_change') }} as spend_changes
        on lifetime_values.customer_id = spend_changes.customer_id
    left join {{ ref('metric_avg_transaction_value') }} as transaction_values
        on lifetime_values.customer_id = transaction_values.customer_id
    left join {{ ref('customer_360_profile') }} as profiles
        on lifetime_values.customer_id = profiles.customer_id

),

different as (

    select coalesce(plain.customer_id, marts.customer_id) as customer_id
    from plain
    full outer join marts on plain.customer_id = marts.customer_id
    where
        marts.customer_id is null
        {% for name in names -%}
        or coalesce(plain.{{ name }}, 0) <> coalesce(marts.{{ name }}, -1)
        {% endfor %}

),

suspected_ids as (

    select distinct loads.transaction_id
    from loads
    inner join different on loads.customer_id = different.customer_id

),

newest as (

    select loads.*
    from loads
    inner join suspected_ids on loads.transaction_id = suspected_ids.transaction_id
    qualify
        row_number() over (
            partition by loads.transaction_id
            order by {{ newest_load_first('loads') }}
        ) = 1

),

deduplicated as (

    select
        customer_id,
        {{ measures }}
    from newest
    where is_counted
    group by 1

)

select
    {% for name in names -%}
    marts.{{ name }},
    deduplicated.{{ name }} as bronze_{{ name }},
    {% endfor -%}
    different.customer_id
from different
left join marts on different.customer_id = marts.customer_id
left join deduplicated on different.customer_id = deduplicated.customer_id
where
    -- of whom every load was superseded by another customer's, nobody knows anything
    coalesce(marts.customer_id, deduplicated.customer_id) is not null
    and (
        marts.customer_id is null
        {% for name in names -%}
        or coalesce(deduplicated.{{ name }}, 0) <> coalesce(marts.{{ name }}, -1)
        {% endfor %}
    )
