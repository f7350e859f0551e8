-- purpose: spread the merchant categories over 128 slots for every persona, and trips, and class of amount
-- grain: one row per slot in PLATFORM.GENERATOR_SLOTS, and one per count and position in PLATFORM.GENERATOR_POSITIONS
create or replace procedure platform.spread_categories()
returns varchar
language sql
comment = 'Spreads the merchant categories over slots'
execute as caller
as
$$
begin
    -- one row per count and position, so that the expansion of counts into rows is an equality join
    create or replace transient table platform.generator_positions as
    with numbers as (
        select (row_number() over (order by seq4()))::integer as n
        from table(generator(rowcount => 200))
    )

    select whole.n as row_count, part.n as position
    from numbers as whole
    inner join numbers as part on whole.n >= part.n;
    create or replace transient table platform.generator_slots as
    with numbers as (
        select (row_number() over (order by seq4()))::integer as n
        from table(generator(rowcount => 128))
    ),

    categories as (
        select *
        from (
            values
            -- see pipeline/categories.py
            {{ category_weights }}
        ) as v (
            name, persona, persona_weight, below_20, below_60, below_150, above
        )
    ),

    mixes as (
        -- four to a persona, one for each class of amount; the last four are the trips of travelers
        select
            (c.persona - 1) * 4 + n.n as mix,
            c.name,
            c.persona_weight
            * case n.n when 1 then c.below_20 when 2 then c.below_60 when 3 then c.below_150 else c.above end as weight
        from categories as c
        inner join numbers as n on n.n <= 4
    ),

    shares as (
        select
            mix,
            name,
            weight,
            sum(weight) over (partition by mix order by name rows between unbounded preceding and current row) as upto,
            sum(weight) over (partition by mix) as total
        from mixes
    )

    select s.mix * 256 + n.n - 1 as slot, s.name
    from shares as s
    inner join numbers as n on n.n > floor((s.upto - s.weight) * 128 / s.total) and n.n <= floor(s.upto * 128 / s.total);
    return 'spread';
end
$$
