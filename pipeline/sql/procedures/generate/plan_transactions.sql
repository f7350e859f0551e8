-- purpose: decide how many transactions each customer makes in each statement period
-- grain: one row per customer and period of 30 days with transactions in PLATFORM.GENERATOR_PLAN
-- Period 61 ends on 2024-12-31 and holds the last 30 days, period 60 the 30 days before, and so on back to period 1.
-- Counts are the cumulated weights, scaled to the total and rounded down, minus the same up to the row before: whole
-- numbers that add up exactly, whatever the scale.
-- What is divided again has a name of its own at each step: an engine that writes a dividend more than once would work
-- nested ones out many times.
create or replace procedure platform.plan_transactions()
returns varchar
language sql
comment = 'Decides how many transactions each customer makes in each period'
execute as caller
as
$$
declare
    total_rows integer;
    batches integer;
begin
    -- exactly so many rows a customer overall; some 1.2 million a batch, and enough batches to resume from at any scale
    select
        count(*) * {{ transactions_per_customer }},
        least(40, greatest(3, ceil(count(*) * {{ transactions_per_customer }} / 1200000)))::integer
    into :total_rows, :batches
    from platform.generator_customers;
    create or replace transient table platform.generator_plan as
    with periods as (
        select
            period,
            1797 - 30 * (61 - period) as start_day,
            80 + floor(period * 20 / 61)::integer as trend_percent,
            month(dateadd('day', 1797 - 30 * (61 - period) + 15, '2020-01-01'::date)) as middle_month
        from (
            select (row_number() over (order by seq4()))::integer as period
            from table(generator(rowcount => 61))
        ) as numbers
    ),

    seasons as (
        select
            *,
            case middle_month
                when 1 then 90 when 2 then 92 when 6 then 104 when 7 then 106 when 11 then 108 when 12 then 122 else 100
            end as season_percent
        from periods
    ),

    spans as (
        select
            c.*,
            p.period,
            p.start_day,
            p.trend_percent,
            -- stable customers hardly know seasons
            iff(c.persona = 2, 100 + iff(p.season_percent > 105, 1, 0), p.season_percent) as season_percent,
            greatest(c.open_day, p.start_day) as first_day,
            least(c.stop_day, p.start_day + 30) as end_day,
            (c.customer_hash + p.period * 15485863) % 2147483647 as x
        from platform.generator_customers as c
        inner join seasons as p on c.open_day < p.start_day + 30 and c.stop_day > p.start_day
        where c.rate > 0
    ),

    gaps as (
        select
            *,
            greatest(first_day, pause_day) as gap_from,
            greatest(0, least(end_day, pause_day + pause_days) - greatest(first_day, pause_day)) as gap_days,
            (x * x + x * 48271 + 11) % 2147483647 as y
        from spans
    ),

    hashed as (
        select
            *,
            end_day - first_day - gap_days as active_days,
            (y * y + y * 69621 + 7) % 2147483647 as row_hash,
            floor((start_day + 30 - decline_day) * 1000 / decline_days)::integer as any_progress
        from gaps
        where end_day - first_day - gap_days > 0
    ),

    declining as (
        -- how far the decline has come at the end of the period, per mille
        select *, least(1000, greatest(0, any_progress)) as progress
        from hashed
    ),

    factors as (
        select
            *,
            1000 - floor(progress * (1000 - activity_floor) / 1000)::integer as activity,
            1000 - floor(progress * (1000 - ticket_floor) / 1000)::integer as ticket,
            100 - rate_noise + row_hash % (2 * rate_noise + 1) as rate_percent,
            1000 - 10 * budget_noise + row_hash % 997 % (20 * budget_noise + 1) as budget_mille,
            case
                -- growing customers come more often from period to period
                when persona = 5 then greatest(25, 100 - 8 * (61 - period))
                when start_day - open_day < 60 then 70
                -- the summer of 2024 was a lull, the deeper the more likely a customer is to leave
                when period between 57 and 58
                    then 100 - floor(severity * severity * 45 / 1000000)::integer
                else 100
            end as phase_percent,
            -- budgets of growing customers rise by 4/3, 9/7 or 7/5 a period towards the last one
            case when persona = 5 then 61 - period else 0 end as steps
        from declining
    ),

    weighed as (
        select
            *,
            floor(rate * active_days * trend_percent * season_percent / 300000)::integer
            * rate_percent * phase_percent as fine_weight,
            floor(budget * active_days * season_percent / 3000)::integer as usual_budget,
            round(power(case growth_kind when 2 then 3 when 3 then 7 else 5 end, steps))::integer as shrunk,
            round(power(case growth_kind when 2 then 4 when 3 then 9 else 7 end, steps))::integer as grown
        from factors
    ),

    scaled as (
        select
            *,
            floor(fine_weight / 10000)::integer as full_weight,
            floor(usual_budget * budget_mille / 1000)::integer * shrunk as full_budget
        from weighed
    ),

    slowed as (
        select
            *,
            floor(full_weight * activity / 1000)::integer as any_weight,
            ((full_budget - full_budget % grown) / grown)::integer as grown_budget
        from scaled
    ),

    shortened as (
        select *, floor(grown_budget * activity / 1000)::integer as active_budget
        from slowed
    ),

    -- from here on only what a running sum has to carry; the customer's own columns come back at the end
    budgeted as (
        select
            customer_number,
            period,
            row_hash,
            first_day,
            active_days,
            gap_from,
            gap_days,
            least(15000, any_weight) as weight,
            floor(active_budget * ticket / 1000)::integer as spend
        from shortened
    ),

    period_weights as (
        select period, sum(weight) as period_weight
        from budgeted
        group by period
    ),

    offsets as (
        select
            period,
            (
                sum(period_weight) over (order by period rows between unbounded preceding and current row) - period_weight
            )::integer as weight_before,
            (sum(period_weight) over ())::integer as total_weight
        from period_weights
    ),

    starts as (
        select
            period,
            weight_before,
            total_weight,
            ((weight_before * :total_rows - weight_before * :total_rows % total_weight) / total_weight)::integer
                as start_row
        from offsets
    ),

    batched as (
        select
            period,
            weight_before,
            total_weight,
            ((start_row * :batches - start_row * :batches % :total_rows) / :total_rows)::integer + 1 as batch
        from starts
    ),

    running as (
        select
            *,
            (sum(weight) over (
                partition by period order by customer_number rows between unbounded preceding and current row
            ))::integer as upto
        from budgeted
    ),

    cumulated as (
        select
            r.*,
            b.batch,
            b.total_weight,
            (b.weight_before + r.upto) * :total_rows as share,
            (b.weight_before + r.upto - r.weight) * :total_rows as start_share
        from running as r
        inner join batched as b on r.period = b.period
    ),

    counted as (
        select
            *,
            ((share - share % total_weight) / total_weight)::integer as last_row,
            ((start_share - start_share % total_weight) / total_weight)::integer as start_row
        from cumulated
    ),

    split as (
        select
            t.*,
            t.last_row - t.start_row as row_count,
            t.last_row - t.start_row
            - floor(((t.last_row - t.start_row) * c.declined_share + t.row_hash % 1000) / 1000)::integer as approved_count,
            c.customer_id,
            c.persona,
            c.least_amount,
            c.greatest_amount,
            c.flatness,
            c.travel_share,
            c.evening_taste,
            c.weekend_taste
        from counted as t
        inner join platform.generator_customers as c on t.customer_number = c.customer_number
        where t.last_row > t.start_row
    )

    select
        customer_id,
        period,
        batch,
        start_row,
        row_count,
        approved_count,
        row_hash,
        first_day,
        active_days,
        gap_from,
        gap_days,
        persona,
        least_amount,
        floor(least_amount / 4)::integer as quarter_amount,
        greatest_amount,
        flatness,
        greatest(0, spend - approved_count * least_amount) as extra_amount,
        greatest(
            1, approved_count * approved_count * (approved_count + 1) * (approved_count + 1)
            + flatness * approved_count * approved_count * approved_count * approved_count
        ) as shares,
        approved_count - floor((approved_count * travel_share + 999) / 1000)::integer as first_travel,
        row_hash % 1013 % active_days as trip_day,
        evening_taste,
        weekend_taste
    from split;
    return batches;
end
$$
