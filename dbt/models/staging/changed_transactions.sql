-- Purpose: what a build adds to the history of transactions, or takes from it: the newest load of every transaction
-- that was loaded since the build before, or whose day as_of_date has reached since, beside what the star held of it.
-- Grain: one row per such transaction; none where the build makes all tables anew.
{#- Downstream models read their work from here, so that each of them follows the new rows and not the history. -#}
{% if builds_on_previous() %}
{%- set fact = api.Relation.create(database=target.database, schema='GOLD', identifier='FACT_TRANSACTION') %}

with

newly_loaded as (

    select *
    from {{ source('bronze', 'bronze_transactions') }}
    where _loaded_at > {{ previous_load('bronze_transactions') }}

),

-- Loaded before and dated after the as_of_date of then. All loads of these ids: a newer one may supersede them.
newly_due as (

    select distinct transaction_id
    from {{ source('bronze', 'bronze_transactions') }}
    where
        transaction_date > {{ previous_as_of_date() }}
        and transaction_date <= {{ as_of_date() }}
        and _loaded_at <= {{ previous_load('bronze_transactions') }}

),

loaded_before as (

    select source.*
    from {{ source('bronze', 'bronze_transactions') }} as source
    inner join newly_due on source.transaction_id = newly_due.transaction_id
    where source._loaded_at <= {{ previous_load('bronze_transactions') }}

),

loads as (

    select * from newly_loaded
    union all
    select * from loaded_before

),

latest as (

    select
        *,
        {{ transaction_key('transaction_id') }} as transaction_key
    from loads
    qualify
        row_number() over (
            partition by transaction_id
            order by {{ newest_load_first() }}
        ) = 1

),

final as (

    select
        -- ids
        latest.transaction_key,
        latest.transaction_id,
        latest.customer_id,

        -- timestamps
        latest.transaction_timestamp::timestamp_ntz as transaction_timestamp,
        latest.transaction_date::date as transaction_date,

        -- attributes
        latest.amount::number(12, 2) as amount,
        latest.merchant_category,
        coalesce(
            latest.status = 'approved'
            and latest.amount > 0
            and latest.transaction_date <= {{ as_of_date() }},
            false
        ) as is_counted,

        -- what the star held
        fact.customer_id as previous_customer_id,
        fact.transaction_date as previous_transaction_date,
        fact.merchant_category_key as previous_merchant_category_key,
        fact.transaction_amount as previous_transaction_amount,

        -- metadata
        latest._loaded_at as loaded_at
    from latest
    left join {{ fact }} as fact on latest.transaction_key = fact.transaction_key

)

select * from final
{%- else %}

select
    null::integer as transaction_key,
    null::varchar as transaction_id,
    null::varchar as customer_id,
    null::timestamp_ntz as transaction_timestamp,
    null::date as transaction_date,
    null::number(12, 2) as amount,
    null::varchar as merchant_category,
    null::boolean as is_counted,
    null::varchar as previous_customer_id,
    null::date as previous_transaction_date,
    null::integer as previous_merchant_category_key,
    null::number(12, 2) as previous_transaction_amount,
    null::timestamp_ntz as loaded_at
from {{ source('bronze', 'bronze_transactions') }}
where false
{%- endif %}
