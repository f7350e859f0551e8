-- Purpose: whom a build looks at again: customers who were loaded, or changed, or whose spending changed, since the
-- build before, and the first day that this touches.
-- Grain: one row per such customer; none where the build makes all tables anew.
with

customers as (

    select * from {{ source('bronze', 'bronze_customers') }}

),

changes as (

    select * from {{ source('bronze', 'bronze_customer_changes') }}

),

bookings as (

    select * from {{ ref('changed_transactions') }}

),

touched as (

    select customer_id
    from customers
    where
        {{ is_new_or_due('bronze_customers', 'account_open_date') }}
        or {{ is_new_or_due('bronze_customers', file_date()) }}
    union all
    select customer_id
    from changes
    where {{ is_new_or_due('bronze_customer_changes', 'change_date') }}

),

-- What the build before knew, and what this one does.
builds as (

    select
        'before' as build,
        {{ previous_as_of_date() }} as as_of_date,
        {{ previous_load('bronze_customers') }} as customers_loaded_at,
        {{ previous_load('bronze_customer_changes') }} as changes_loaded_at
    union all
    select
        'now' as build,
        {{ as_of_date() }} as as_of_date,
        '9999-12-31'::timestamp_ntz as customers_loaded_at,
        '9999-12-31'::timestamp_ntz as changes_loaded_at

),

-- What versions come from: the state at the opening, what later extracts say, and what is delivered as a change.
deliveries as (

    select
        builds.build,
        builds.as_of_date,
        customers.customer_id,
        {{ file_date('customers') }} as extract_date,
        trim(customers.card_type) as card_type,
        customers.credit_limit,
        concat_ws('|', trim(customers.card_type), to_varchar(customers.credit_limit)) as said,
        first_value(customers.account_open_date) over (
            partition by builds.build, customers.customer_id
            order by {{ newest_load_first('customers') }}
        ) as account_open_date
    from customers
    inner join builds
        on
            customers.account_open_date <= builds.as_of_date
            and customers._loaded_at <= builds.customers_loaded_at
    where customers.customer_id in (select touched.customer_id from touched)
    qualify
        row_number() over (
            partition by builds.build, customers.customer_id, extract_date
            order by {{ newest_load_first('customers') }}
        ) = 1

),

delivered_states as (

    select
        build,
        customer_id,
        iff(is_opening, account_open_date, extract_date) as state_date,
        card_type,
        credit_limit
    from (
        select
            *,
            row_number() over (partition by build, customer_id order by extract_date nulls first) = 1 as is_opening,
            lag(said) over (partition by build, customer_id order by extract_date nulls first) as said_before
        from deliveries
    ) as in_order
    where is_opening or (said <> said_before and extract_date <= as_of_date)

),

later_states as (

    select
        builds.build,
        changes.customer_id,
        changes.change_date as state_date,
        trim(changes.card_type) as card_type,
        changes.credit_limit
    from changes
    inner join builds
        on
            changes.change_date <= builds.as_of_date
            and changes._loaded_at <= builds.changes_loaded_at
    where changes.customer_id in (select touched.customer_id from touched)
    qualify
        row_number() over (
            partition by builds.build, changes.customer_id, changes.change_date
            order by {{ newest_load_first('changes') }}
        ) = 1

),

states as (

    select * from delivered_states
    union all
    select * from later_states

),

-- A state that only one of the builds knows is new, or gone. A full extract that says the same again changes nothing.
changed_states as (

    select
        customer_id,
        state_date
    from states
    group by customer_id, state_date, card_type, credit_limit
    having count(distinct build) = 1

),

-- Whom it touches, and why.
reasons as (

    select
        customer_id,
        1 as is_loaded,
        null::date as versions_changed_from,
        null::date as spending_changed_from
    from touched
    union all
    select
        customer_id,
        0 as is_loaded,
        state_date as versions_changed_from,
        null::date as spending_changed_from
    from changed_states
    union all
    select
        customer_id,
        0 as is_loaded,
        null::date as versions_changed_from,
        transaction_date as spending_changed_from
    from bookings

),

final as (

    select
        customer_id,
        max(is_loaded) = 1 as is_loaded,
        min(versions_changed_from)::date as versions_changed_from,
        min(spending_changed_from)::date as spending_changed_from,
        min(coalesce(versions_changed_from, spending_changed_from))::date as changed_from
    from reasons
    group by 1

)

select * from final
