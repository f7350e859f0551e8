-- purpose: divide the values of every feature into the bins of its stability index
-- grain: one row per feature and bin in GOLD.CHURN_BINS, from GOLD.CHURN_VALUES: (lower, upper], open at both ends
-- Bins hold equal numbers of customers, fewer where values repeat: ten bins, or one per 600 customers, three at least,
-- because in small bins chance alone moves shares. Trends have three: the lowest tenth, the highest tenth, and all
-- between. What lies between is chance in a customer's few purchases, as wide as the windows happen to cut them, and
-- says little about leaving; who changed is at the ends. A bound lies halfway to the next value that occurs: whole
-- numbers divided by a mean that moves a little stay in their bin.
create or replace procedure platform.bin_churn_values()
returns varchar
language sql
comment = 'Divides the values of every feature into bins'
execute as caller
as
$$
begin
    create or replace table gold.churn_bins as
    with counted as (
        select
            v.feature,
            v.value,
            coalesce(f.kind, 'state') = 'trend' as is_trend,
            least(10, greatest(3, floor(count(*) over (partition by v.feature) / 600))) as bins,
            row_number() over (partition by v.feature order by v.value) - 1 as position,
            count(*) over (partition by v.feature) as n
        from gold.churn_values as v
        left join gold.churn_features as f on v.feature = f.feature
    ),

    tiled as (
        select
            feature,
            value,
            case
                when not is_trend then floor(position * bins / nullif(n, 0))
                when position * 10 < n then 0
                when position * 10 < 9 * n then 1
                else 2
            end as tile
        from counted
    ),

    -- equal values may reach over several tiles; they belong to the first of them
    distinct_values as (
        select
            feature,
            value,
            count(*) as n,
            min(tile) as tile,
            lead(value) over (partition by feature order by value) as next_value
        from tiled
        group by feature, value
    ),

    tops as (
        select feature, sum(n) as n, max(value) as highest, max(next_value) as next_value
        from distinct_values
        group by feature, tile
    ),

    bounded as (
        select
            feature,
            n,
            highest,
            iff(highest = max(highest) over (partition by feature), null, (highest + next_value) / 2) as upper_bound
        from tops
    )

    select
        feature,
        row_number() over (partition by feature order by highest) as bin,
        lag(upper_bound) over (partition by feature order by highest) as lower_bound,
        upper_bound,
        n / nullif(sum(n) over (partition by feature), 0) as expected_share
    from bounded;
    return 'binned';
end
$$
