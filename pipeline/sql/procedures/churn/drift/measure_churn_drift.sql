-- purpose: measure how far features and scores moved: what the model reads since its training, levels within a year
-- grain: one row per run and feature in OBSERVABILITY.DATA_QUALITY_METRICS, check_type 'drift'; WARN past the limit
-- The population stability index over the bins of the reference: below 0.1 nothing moved, past 0.25 much did. Compared
-- are customers with a transaction in the last 90 days, because the training had no others. What the model reads is
-- relative to the day's season, so it is comparable with the training at any time of the year. A fall or rise of
-- everybody's use cannot be seen there: it is seen in the levels, against the same day of the year before, where the
-- data reach back so far that its longest window (180 days) is whole.
create or replace procedure platform.measure_churn_drift(run_id varchar, model_version varchar)
returns number
language sql
comment = 'Measures how far features and scores have moved'
execute as caller
as
$$
declare
    as_of date;
    year_before date;
    beyond integer;
begin
    select max(prediction_date), dateadd('year', -1, max(prediction_date))::date into :as_of, :year_before
    from gold.churn_predictions;
    call platform.write_churn_features(:year_before, 'GOLD.CHURN_YEAR_BEFORE');
    call platform.write_churn_values('GOLD.CHURN_YEAR_BEFORE where days_since_last_transaction < 90', null, 'level');
    drop table gold.churn_year_before;
    call platform.bin_churn_values();
    call platform.write_churn_values(
        'GOLD.CHURN_SCORING_DATA where days_since_last_transaction < 90',
        'GOLD.CHURN_PREDICTIONS where is_active',
        'all'
    );
    delete from observability.data_quality_metrics
    where run_id = :run_id and check_type = 'drift';
    insert into observability.data_quality_metrics (
        run_id, layer, table_name, check_name, check_type, status, observed_value, expected, failed_rows, details,
        measured_at
    )
    with reference as (
        select 'the training of ' || model_version as compared_with, feature, bin, lower_bound, upper_bound, expected_share
        from observability.model_baselines
        where model_version = :model_version
        union all
        select :year_before::varchar, feature, bin, lower_bound, upper_bound, expected_share
        from gold.churn_bins
        where (select min(f.transaction_date) from gold.fact_transaction as f) <= :year_before - 180
    ),

    counted as (
        select b.compared_with, b.feature, b.bin, b.expected_share, count(v.value) as n
        from reference as b
        left join gold.churn_values as v
            on
                b.feature = v.feature
                and (b.lower_bound < v.value or b.lower_bound is null)
                and (b.upper_bound >= v.value or b.upper_bound is null)
        group by b.compared_with, b.feature, b.bin, b.expected_share
    ),

    shares as (
        select
            compared_with,
            feature,
            -- an empty bin would make the index infinite
            greatest(expected_share, 0.0001) as expected_share,
            greatest(n / nullif(sum(n) over (partition by feature), 0), 0.0001) as actual_share
        from counted
    ),

    indexes as (
        select
            compared_with,
            feature,
            sum((actual_share - expected_share) * ln(actual_share / nullif(expected_share, 0))) as psi
        from shares
        group by compared_with, feature
    )

    select
        :run_id,
        'GOLD',
        iff(feature = 'CHURN_PROBABILITY', 'CHURN_PREDICTIONS', 'CHURN_SCORING_DATA'),
        'drift_of_' || lower(feature),
        'drift',
        iff(psi <= 0.25, 'PASS', 'WARN'),
        round(psi, 4),
        'at most 0.25',
        iff(psi <= 0.25, 0, 1),
        'population stability index against ' || compared_with,
        sysdate()
    from indexes;
    drop table gold.churn_bins;
    drop table gold.churn_values;
    select count_if(status <> 'PASS') into :beyond
    from observability.data_quality_metrics
    where run_id = :run_id and check_type = 'drift';
    return beyond;
end
$$
