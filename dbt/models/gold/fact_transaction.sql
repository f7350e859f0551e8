-- Purpose: approved card transactions as a star: each with the customer version that was valid on its day.
-- Grain: one row per transaction.
{#- Not dbt's cluster_by: that would also sort all rows in the CREATE TABLE. They arrive ordered by date, and
    Snowflake's automatic clustering does the rest. -#}
{{ config(post_hook="alter table {{ this }} cluster by (date_key, customer_sk)") }}

with

transactions as (

    select * from {{ ref('stg_transactions') }}

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

final as (

    select
        -- keys
        {{ transaction_key('transactions.transaction_id') }} as transaction_key,
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

select * from final
