-- Purpose: spending of each customer by merchant category, over the whole relationship.
-- Grain: one row per customer and merchant category with at least one purchase or refund.
-- A further day carries the sums on: what was booked since (changed_transactions) is added to the sums so far. Reading
-- all facts of whoever spent would cost seven times as much.
-- depends_on: {{ ref('changed_transactions') }}
with

bookings as (

    {% if is_incremental() -%}
    select
        customer_id,
        merchant_category_key,
        iff(net_amount > 0, booking, 0) as transaction_count,
        booking * net_amount as spend
    from {{ ref('changed_transactions') }}
    union all
    select
        sums.customer_id,
        sums.merchant_category_key,
        sums.transaction_count,
        sums.spend
    from {{ this }} as sums
    where
        (sums.customer_id, sums.merchant_category_key) in (
            select
                changed.customer_id,
                changed.merchant_category_key
            from {{ ref('changed_transactions') }} as changed
        )
    {%- else -%}
    select
        customer_id,
        merchant_category_key,
        iff(net_amount > 0, 1, 0) as transaction_count,
        net_amount as spend
    from {{ ref('fact_transaction') }}
    {%- endif %}

),

final as (

    select
        customer_id,
        merchant_category_key,
        sum(transaction_count)::integer as transaction_count,
        sum(spend::number(14, 2))::number(14, 2) as spend
    from bookings
    group by 1, 2

)

select * from final
