-- Purpose: approved card transactions as a star: each with the customer version that was valid on its day.
-- Grain: one row per transaction.
-- A further day brings what changed, and whatever lies under customer versions that changed.
-- depends_on: {{ ref('changed_transactions') }}
-- depends_on: {{ ref('changed_customers') }}
with

{% if is_incremental() -%}
changed as (

    select transaction_key
    from {{ ref('changed_transactions') }}
    union all
    -- a change that came late, dated into the past, opens a version under facts that are there already
    select there.transaction_key
    from {{ ref('stg_transactions') }} as there
    inner join {{ ref('changed_customers') }} as changed_customers
        on
            there.customer_id = changed_customers.customer_id
            and there.transaction_date >= changed_customers.versions_changed_from

),

{% endif -%}
transactions as (

    select * from {{ ref('stg_transactions') }}
    {% if is_incremental() -%}
    where transaction_key in (select changed.transaction_key from changed)
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

final as (

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

        -- attributes
        transactions.transaction_type,

        -- measures
        transactions.amount as transaction_amount,
        transactions.net_amount
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
