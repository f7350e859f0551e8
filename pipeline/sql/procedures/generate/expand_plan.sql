-- purpose: define how a row of the plan expands into transactions; GENERATE_TRANSACTIONS stores them batch by batch
-- grain: one row per transaction in the view PLATFORM.GENERATED_TRANSACTIONS
create or replace procedure platform.expand_plan()
returns varchar
language sql
comment = 'Defines how the plan expands into transactions'
execute as caller
as
$$
begin
    create or replace view platform.generated_transactions as
    with expanded as (
        select
            p.*,
            e.position,
            e.position <= p.approved_count as is_approved,
            -- rank of the amount among the customer's approved ones of the period: the last ones are the largest
            (e.position + p.row_hash) % greatest(1, p.approved_count) as amount_rank,
            (p.row_hash + e.position * 1103515245) % 2147483647 as x
        from platform.generator_plan as p
        inner join platform.generator_positions as e on p.row_count = e.row_count
    ),

    hashed_once as (
        select *, (x * x + x * 48271 + 11) % 2147483647 as h1
        from expanded
    ),

    -- Card use comes in bursts: nearly a quarter of the transactions follow on the one or two before, on its day, within
    -- the hour or so. What decides the day is therefore drawn for the transaction that leads.
    led as (
        select
            *,
            (h1 * h1 + h1 * 69621 + 7) % 2147483647 as h2,
            is_approved and amount_rank >= first_travel as is_trip,
            iff(h1 % 1021 < 240, least(position - 1, 1 + h1 % 2), 0) as steps_behind
        from hashed_once
    ),

    day_drawn as (
        select *, (row_hash + (position - steps_behind) * 1103515245) % 2147483647 as lead_x
        from led
    ),

    day_hashed as (
        select *, (lead_x * lead_x + lead_x * 48271 + 11) % 2147483647 as d1
        from day_drawn
    ),

    hashed_twice as (
        select *, (d1 * 69621 + 7) % 2147483647 as d2
        from day_hashed
    ),

    placed as (
        select
            *,
            iff(is_trip, (trip_day + d1 % 6) % active_days, d1 % active_days) as any_day,
            -- amounts grow with the cube of their rank: few large, many small
            extra_amount * (
                4 * (amount_rank + 1) * (amount_rank + 1) * (amount_rank + 1)
                + flatness * approved_count * approved_count * approved_count
            ) as share
        from hashed_twice
    ),

    -- What is divided is named first: an engine that writes it more than once would work it out as often.
    divided as (
        select
            *,
            iff(is_approved, ((share - share % shares) / shares)::integer, h2 % 997 * 20)
            + h2 % quarter_amount as even_amount
        from placed
    ),

    varied as (
        select *, even_amount * (960 + h1 % 83) as varied_mille
        from divided
    ),

    rounded as (
        select *, least_amount + floor(varied_mille / 1000)::integer as any_cents
        from varied
    ),

    moved as (
        select
            *,
            -- some transactions of Monday to Wednesday move to Friday to Sunday; day 5 is a Monday
            any_day + iff(
                (first_day + any_day + 2) % 7 < 3
                and d1 % 101 < weekend_taste
                and any_day + 4 < active_days
                and not is_trip,
                4,
                0
            ) as active_day,
            least(greatest_amount, any_cents) as cents,
            d2 % 1009 as hour_draw
        from rounded
    ),

    timed as (
        select
            *,
            -- the pause is skipped
            first_day + active_day + iff(first_day + active_day >= gap_from, gap_days, 0) as day,
            case
                when hour_draw < 14 then d2 % 21601
                when hour_draw < 290 - 4 * evening_taste then 21600 + d2 % 21599
                when hour_draw < 610 - 7 * evening_taste then 43200 + d2 % 18013
                when hour_draw < 960 then 61200 + d2 % 17989
                else 79200 + d2 % 7193
            end as lead_second,
            (
                iff(is_trip, {{ trips }}, persona) * 4
                - case when cents < 2000 then 3 when cents < 6000 then 2 when cents < 15000 then 1 else 0 end
            ) * 256 + h1 % 128 as slot
        from moved
    )

    select
        'T' || lpad((t.start_row + t.position)::varchar, 11, '0') as transaction_id,
        t.customer_id,
        dateadd(
            'second',
            t.day * 86400 + least(86399, t.lead_second + t.steps_behind * (240 + t.h2 % 2699)),
            '2020-01-01'::timestamp_ntz
        ) as transaction_timestamp,
        dateadd('day', t.day, '2020-01-01'::date) as transaction_date,
        (t.cents / 100)::number(12, 2) as amount,
        s.name as merchant_category,
        iff(t.is_approved, 'approved', 'declined') as status,
        -- 0 to 9972; GENERATE_TRANSACTIONS makes refunds of the lowest
        t.h1 % 9973 as refund_draw,
        t.batch
    from timed as t
    inner join platform.generator_slots as s on t.slot = s.slot;
    return 'defined';
end
$$
