-- purpose: draw every customer's hidden behaviour from its number and the seed, by arithmetic that any engine repeats
-- grain: one row per customer in PLATFORM.GENERATOR_CUSTOMERS
-- Days are numbered from 2020-01-01 = 0; rates are hundredths of transactions per 30 days; shares are per mille.
-- A draw is a hash modulo a prime: h = x * x + a * x modulo 2147483647 stays below 2^63; remainders of one hash by
-- different primes are as good as independent. FLOOR(a / b) is exact everywhere for b up to 10^6 (Snowflake keeps six
-- decimals of a quotient); larger divisors are written (a - a % b) / b. The churn label's date is day 1734, 2024-09-30.
create or replace procedure platform.draw_customer_behaviour(seed number)
returns varchar
language sql
comment = 'Draws the hidden behaviour of every customer'
execute as caller
as
$$
begin
    create or replace transient table platform.generator_customers as
    with personas as (
        select *
        from (
            values
            -- see pipeline/personas.py; amounts and budgets are cents, noise is percent
            {{ personas }}
        ) as v (
            segment, persona, least_rate, spread_rate, rate_noise, least_budget, spread_budget, budget_noise,
            least_amount, greatest_amount, flatness
        )
    ),

    customers as (
        select
            customer_id,
            substr(customer_id, 2)::integer as customer_number,
            datediff('day', '2020-01-01'::date, min(account_open_date))::integer as open_day,
            min(segment) as segment
        from bronze.bronze_customers
        group by customer_id
    ),

    numbered as (
        select *, (customer_number * 7919 + :seed * 104729 + 1299709) % 2147483647 as x
        from customers
    ),

    mixed as (
        select *, (x * x + x * 48271 + 11) % 2147483647 as y
        from numbered
    ),

    hashed_once as (
        select *, (y * y + y * 69621 + 7) % 2147483647 as h1
        from mixed
    ),

    hashed_twice as (
        select *, (h1 * h1 + h1 * 40692 + 5) % 2147483647 as h2
        from hashed_once
    ),

    hashed as (
        select *, (h2 * h2 + h2 * 39373 + 3) % 2147483647 as h3
        from hashed_twice
    ),

    drawn as (
        select
            c.customer_id,
            c.customer_number,
            c.open_day,
            c.h3 as customer_hash,
            p.persona,
            p.rate_noise,
            p.budget_noise,
            p.least_amount,
            p.greatest_amount,
            p.flatness,
            -- size: how much the customer spends within its persona; taste: how its rate differs at the same size
            c.h1 % 997 as size,
            c.h1 % 1009 as taste,
            -- severity: how likely a customer is to leave; it shows in frequency, ticket and declined transactions
            c.h1 % 1013 % 1000 as severity,
            c.h2 % 997 as kind_draw,
            c.h2 % 1009 as day_draw,
            c.h2 % 1013 as pause_draw,
            c.h3 % 997 as oddity,
            c.h3 % 1009 as length_draw,
            c.h3 % 31 as evening_taste,
            c.h3 % 37 as weekend_taste,
            400 + c.h3 % 191 as travel_share,
            p.least_rate + floor(p.spread_rate * (c.h1 % 997) / 997)::integer as sized_rate,
            p.least_budget + floor(p.spread_budget * (c.h1 % 997) / 997)::integer
                as sized_budget,
            2 + c.h2 % 3 as growth_kind
        from hashed as c
        inner join personas as p on c.segment = p.segment
    ),

    declines as (
        select
            *,
            case
                when persona <> 4 then 'none'
                when kind_draw < 299 then 'sudden'
                else 'gradual'
            end as decline_kind,
            -- One declining customer in eight left long ago; the others' decline became visible during 2024: gradual ones
            -- from 20 March to 15 May, sudden ones from 20 July to 8 September.
            case
                when persona <> 4 then 99999
                when oddity < 120 then open_day + 100 + day_draw % 250
                when kind_draw < 299 then 1662 + day_draw % 51
                else 1540 + day_draw % 57
            end as decline_day,
            iff(persona = 4 and kind_draw >= 299, 150, 30) as decline_days
        from drawn
    ),

    -- Customers leave when a statement is due, on the first of a month; the yearly fee is billed quarterly, so most leave
    -- on the first day of a quarter or a month later, when it is due.
    months as (
        select
            datediff('day', '2020-01-01'::date, dateadd('month', month_number, '2020-01-01'::date))::integer as month_day,
            month_number,
            case month_number % 3 when 0 then 100 when 1 then 160 else 8 end as calendar_percent
        from (
            select (row_number() over (order by seq4()))::integer as month_number
            from table(generator(rowcount => 59))
        ) as numbers
    ),

    hazards as (
        select
            d.customer_id,
            m.month_day,
            -- per mille; of those who decline 250 to 950 on the first of a quarter, of all others 4 to 56
            least(
                980,
                case
                    when d.persona = 4 then floor((25000 + 70 * d.severity) * m.calendar_percent / 10000)
                    when m.calendar_percent = 100 then 4 + floor(52 * d.severity * d.severity / 1000000)
                    else 1
                end
            )::integer as hazard,
            (d.customer_hash + m.month_number * 1103515245) % 2147483647 as z
        from declines as d
        inner join months as m
            on (
                d.persona = 4 and m.month_day >= d.decline_day + iff(d.decline_kind = 'gradual', 135, 20)
                -- all others may leave from August 2024 on; who left before is among the declining
                or d.persona <> 4 and m.month_number >= 55 and m.month_day > d.open_day + 60
            )
    ),

    stops as (
        select
            customer_id,
            min(iff((z * z + z * 48271 + 11) % 2147483647 % 1009 * 1000 < hazard * 1009, month_day, null)) as stop_day,
            max(iff(month_day = 1735, hazard, 0)) as label_hazard
        from hazards
        group by customer_id
    ),

    rated as (
        select
            *,
            case persona
                -- cents per transaction times transactions: budget customers' tickets are 13 to 25 dollars
                when 3 then floor(sized_rate * (1300 + taste % 12 * 100) / 100)::integer
                else sized_budget
            end as budget,
            case persona
                -- growing customers: 70 to 130 dollars a ticket in the last period
                when 5 then floor(sized_budget * 100 / (7000 + taste * 6))::integer
                else sized_rate
            end as full_rate
        from declines
    )

    select
        d.customer_id,
        d.customer_number,
        d.persona,
        d.open_day,
        d.customer_hash,
        -- six in a thousand never use the card, ten rarely
        case when d.oddity >= 991 then 0 when d.oddity >= 981 then 60 else d.full_rate end as rate,
        d.rate_noise,
        case when d.oddity >= 981 and d.oddity < 991 then 9000 else d.budget end as budget,
        d.budget_noise,
        d.least_amount,
        d.greatest_amount,
        d.flatness,
        d.growth_kind,
        iff(d.persona = 1, d.travel_share, 0) as travel_share,
        d.evening_taste,
        d.weekend_taste,
        d.severity,
        d.decline_kind,
        d.decline_day,
        d.decline_days,
        -- what is left of frequency and of ticket at the end of a decline, per mille
        500 - floor(d.severity * 30 / 100)::integer as activity_floor,
        400 + d.taste % 201 as ticket_floor,
        case d.persona
            when 4 then 20 + floor(d.severity * 5 / 100)::integer
            else 11 + floor(d.severity * d.severity * 48 / 1000000)::integer
        end as declined_share,
        -- a pause after which the customer returns: one in forty just before the label date, three in ten at another time
        case
            when d.persona = 4 or d.pause_draw >= 329 then 99999
            when d.pause_draw < 25 then 1688 + d.day_draw % 27
            else d.open_day + 90 + d.day_draw
        end as pause_day,
        case
            when d.persona = 4 or d.pause_draw >= 329 then 0
            when d.pause_draw < 25 then 18 + d.length_draw % (31 - d.day_draw % 27)
            -- never into the last 120 days, which decide the segment
            else greatest(0, least(20 + d.length_draw % 36, 1706 - (d.open_day + 90 + d.day_draw)))
        end as pause_days,
        coalesce(s.stop_day, 99999) as stop_day,
        coalesce(s.label_hazard, 0) as label_hazard
    from rated as d
    left join stops as s on d.customer_id = s.customer_id;
    return 'drawn';
end
$$
