-- Purpose: customers with their history (slowly changing dimension, type 2): a new version on another card type or on
-- a credit limit more than 10 % away from the current version's.
-- Grain: one row per customer and version; end_date is exclusive, and NULL for the current version.
-- A further day makes all versions of a customer anew of whom something was loaded, or has come due.
-- depends_on: {{ ref('changed_customers') }}
{% set opens_version = opens_new_version('walk', 'numbered_states') %}

with recursive

customers as (

    select * from {{ ref('stg_customers') }}
    {% if is_incremental() -%}
    where
        customer_id in (
            select changed_customers.customer_id
            from {{ ref('changed_customers') }} as changed_customers
            where changed_customers.is_loaded
        )
    {%- endif %}

),

changes as (

    select * from {{ ref('stg_customer_changes') }}

),

-- The opening is the first state; a change dated on the opening day or before belongs to it.
states as (

    select
        customers.customer_id,
        customers.account_open_date as state_date,
        customers.account_open_date as known_date,
        0 as is_change,
        customers.card_type,
        customers.credit_limit,
        customers.city,
        customers.state,
        customers.zip_code
    from customers

    union all

    select
        changes.customer_id,
        greatest(changes.change_date, customers.account_open_date) as state_date,
        changes.change_date as known_date,
        1 as is_change,
        changes.card_type,
        changes.credit_limit,
        changes.city,
        changes.state,
        changes.zip_code
    from changes
    inner join customers on changes.customer_id = customers.customer_id

),

daily_states as (

    select *
    from states
    qualify
        row_number() over (
            partition by customer_id, state_date
            order by is_change desc, known_date desc
        ) = 1

),

-- Another address alone opens no version. Left out, such states are no steps of the walk, of which Snowflake takes 100.
numbered_states as (

    select
        *,
        row_number() over (partition by customer_id order by state_date) as state_number
    from (
        select *
        from daily_states
        qualify
            card_type is distinct from lag(card_type) over (partition by customer_id order by state_date)
            or credit_limit is distinct from lag(credit_limit) over (partition by customer_id order by state_date)
            or lag(state_date) over (partition by customer_id order by state_date) is null
    ) as steps

),

-- Which state opens a version depends on the version before it, and that on the one before: small steps that add up to
-- more than 10 % since the current version open one. So the states are walked in order, all customers at once.
walk (customer_id, state_number, effective_date, card_type, credit_limit, opens_version) as (

    select
        customer_id,
        state_number,
        state_date as effective_date,
        card_type,
        credit_limit,
        true as opens_version
    from numbered_states
    where state_number = 1

    union all

    select
        walk.customer_id,
        numbered_states.state_number,
        iff({{ opens_version }}, numbered_states.state_date, walk.effective_date) as effective_date,
        iff({{ opens_version }}, numbered_states.card_type, walk.card_type) as card_type,
        iff({{ opens_version }}, numbered_states.credit_limit, walk.credit_limit) as credit_limit,
        {{ opens_version }} as opens_version
    from walk
    inner join numbered_states
        on
            walk.customer_id = numbered_states.customer_id
            and walk.state_number + 1 = numbered_states.state_number

),

versions as (

    select
        customer_id,
        effective_date,
        card_type,
        credit_limit,
        lead(effective_date) over (partition by customer_id order by effective_date) as end_date,
        row_number() over (partition by customer_id order by effective_date)::integer as version_number
    from walk
    where opens_version

),

-- Addresses are corrected in place (type 1): every version shows where the customer lives now.
current_addresses as (

    select
        customer_id,
        city,
        state,
        zip_code
    from daily_states
    qualify row_number() over (partition by customer_id order by state_date desc) = 1

),

final as (

    select
        -- keys
        {{ surrogate_key(['versions.customer_id', "to_char(versions.effective_date, 'YYYY-MM-DD')"]) }} as customer_sk,
        versions.customer_id,

        -- attributes that never change
        customers.name,
        customers.email,
        customers.phone,
        customers.date_of_birth,
        {{ full_years_between('customers.date_of_birth', 'versions.effective_date') }} as age_at_effective_date,
        customers.account_open_date,

        -- attributes whose history is kept
        versions.card_type,
        versions.credit_limit,

        -- attributes of which only the newest value is kept
        current_addresses.city,
        current_addresses.state,
        current_addresses.zip_code,

        -- validity
        versions.version_number,
        versions.effective_date,
        versions.end_date,
        versions.end_date is null as is_current,
        md5(concat_ws('|', versions.card_type, to_varchar(versions.credit_limit))) as row_hash
    from versions
    inner join customers on versions.customer_id = customers.customer_id
    inner join current_addresses on versions.customer_id = current_addresses.customer_id

)

select * from final
