-- Purpose: approved card transactions as a star: each with the customer version that was valid on its day.
-- Grain: one row per transaction.
{% set depends_on = [
    ref('changed_transactions'), ref('stg_customer_changes'), ref('stg_customers')
] if not execute else [] %}
with

transactions as (

    {% if adds_to_history() -%}
    select * from {{ ref('changed_transactions') }}
    where is_counted
    {%- else -%}
    select * from {{ ref('stg_transactions') }}
    {%- endif %}

),

customers as (

    select
        customer_sk,
        customer_id,
        effective_date,
        end_date
    from {{ ref('dim_customer') }}

),

merchant_categories as (

    select
        merchant_category_key,
        merchant_category_name
    from {{ ref('dim_merchant_category') }}

),

facts as (

    select
        -- keys
        transactions.transaction_key,
        transactions.transaction_id,
        customers.customer_sk,
        transactions.customer_id,
        {{ date_key('transactions.transaction_date') }} as date_key,
        merchant_categories.merchant_category_key,

        -- timestamps
        transactions.transaction_date,
        transactions.transaction_timestamp,

        -- measures
        transactions.amount as transaction_amount
    from transactions
    inner join customers
        on
            transactions.customer_id = customers.customer_id
            and transactions.transaction_date >= customers.effective_date
            and (transactions.transaction_date < customers.end_date or customers.end_date is null)
    left join merchant_categories
        on transactions.merchant_category = merchant_categories.merchant_category_name

)
{%- if adds_to_history() %},

{#- A change that came late, dated into the past, opens a version under facts that are there already. #}
changed_customers as (

    {{ changed_customers() }}

),

facts_without_version as (

    select facts_before.*
    from {{ this }} as facts_before
    inner join changed_customers on facts_before.customer_id = changed_customers.customer_id
    left join customers
        on
            facts_before.customer_sk = customers.customer_sk
            and facts_before.transaction_date >= customers.effective_date
            and (facts_before.transaction_date < customers.end_date or customers.end_date is null)
    where
        facts_before.transaction_date >= {{ first_day_of('customers') }}
        and customers.customer_sk is null
        and facts_before.transaction_key not in (select transaction_key from {{ ref('changed_transactions') }})

),

moved_facts as (

    select
        facts_without_version.transaction_key,
        facts_without_version.transaction_id,
        customers.customer_sk,
        facts_without_version.customer_id,
        facts_without_version.date_key,
        facts_without_version.merchant_category_key,
        facts_without_version.transaction_date,
        facts_without_version.transaction_timestamp,
        facts_without_version.transaction_amount
    from facts_without_version
    inner join customers
        on
            facts_without_version.customer_id = customers.customer_id
            and facts_without_version.transaction_date >= customers.effective_date
            and (facts_without_version.transaction_date < customers.end_date or customers.end_date is null)

),

final as (

    select
        *,
        true as is_kept
    from facts
    union all
    select
        *,
        true as is_kept
    from moved_facts
    union all
    select
        transaction_key,
        null as transaction_id,
        null as customer_sk,
        null as customer_id,
        null as date_key,
        null as merchant_category_key,
        null as transaction_date,
        null as transaction_timestamp,
        null as transaction_amount,
        false as is_kept
    from {{ ref('changed_transactions') }}
    where not is_counted

)

select * from final
{%- else %}

select * from facts
{%- endif %}
