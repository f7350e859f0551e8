-- Purpose: everything that marketing reads about a customer, in one wide row.
-- Grain: one row per customer.
{#- The churn columns come from predictions of an earlier run, or are empty until UPDATE_PROFILE fills them. -#}
-- What the run before left here is kept first.
-- depends_on: {{ ref('customer_previous_standing') }}
{% set predictions = churn_predictions() %}

with

customers as (

    select * from {{ ref('dim_customer') }}
    where is_current

),

segments as (

    select * from {{ ref('customer_segments') }}

),

lifetime_values as (

    select * from {{ ref('metric_customer_ltv') }}

),

spend_changes as (

    select * from {{ ref('metric_mom_spend_change') }}

),

transaction_values as (

    select * from {{ ref('metric_avg_transaction_value') }}

),

lifetime as (

    select * from {{ ref('customer_lifetime_spend') }}

),

churn as (

    {% if predictions -%}
    select
        customer_id,
        churn_probability,
        churn_prediction,
        churn_risk_category
    from {{ predictions }}
    {%- else -%}
    select
        null::varchar as customer_id,
        null::float as churn_probability,
        null::boolean as churn_prediction,
        null::varchar as churn_risk_category
    {%- endif %}

),

final as (

    select
        -- who the customer is
        customers.customer_id,
        customers.customer_sk,
        customers.name,
        customers.email,
        customers.phone,
        customers.date_of_birth,
        {{ full_years_between('customers.date_of_birth', as_of_date()) }} as age,
        customers.city,
        customers.state,
        customers.zip_code,
        customers.account_open_date,
        datediff(day, customers.account_open_date, {{ as_of_date() }})::integer as account_tenure_days,
        customers.card_type,
        customers.credit_limit,

        -- segment
        segments.segment,
        segments.segment_assigned_date,
        segments.segment_reason,

        -- lifetime value
        lifetime_values.total_lifetime_value,
        lifetime_values.ltv_last_90_days,
        lifetime_values.ltv_last_365_days,
        lifetime_values.projected_12m_ltv,
        lifetime_values.customer_tenure_days,
        lifetime_values.average_monthly_spend,

        -- change of spend
        spend_changes.current_month_spend,
        spend_changes.previous_month_spend,
        spend_changes.mom_absolute_change,
        spend_changes.mom_percent_change,
        spend_changes.three_month_trend,

        -- transaction value
        transaction_values.avg_transaction_value_all_time,
        transaction_values.avg_transaction_value_90d,
        transaction_values.avg_transaction_value_30d,
        transaction_values.atv_trend,
        transaction_values.max_transaction_amount,
        transaction_values.min_transaction_amount,

        -- transactions
        coalesce(lifetime.transaction_count, 0) as transaction_count,
        segments.transaction_count_90d,
        segments.days_since_last_transaction,
        lifetime.last_transaction_date,
        lifetime.last_transaction_amount,
        case
            when segments.transaction_count_90d > 0 then 'Active'
            when lifetime.last_transaction_date is not null then 'Lapsed'
            else 'Not yet active'
        end as customer_status,
        lifetime.top_category_1,
        lifetime.top_category_2,
        lifetime.top_category_3,

        -- churn
        churn.churn_probability,
        churn.churn_prediction,
        churn.churn_risk_category,

        -- metadata
        {{ as_of_date() }} as as_of_date,
        sysdate() as profile_updated_at
    from customers
    inner join segments on customers.customer_id = segments.customer_id
    inner join lifetime_values on customers.customer_id = lifetime_values.customer_id
    inner join spend_changes on customers.customer_id = spend_changes.customer_id
    inner join transaction_values on customers.customer_id = transaction_values.customer_id
    left join lifetime on customers.customer_id = lifetime.customer_id
    left join churn on customers.customer_id = churn.customer_id

)

select * from final
