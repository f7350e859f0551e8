-- purpose: measure a churn model on the labelled customers that no training saw
-- grain: one row per held-out customer in the table that target_table names; returns the metrics as JSON
-- Where threshold is NULL, the one with the best F1 on the validation part is taken. Every metric is of the test part.
create or replace procedure platform.evaluate_churn_model(
    model_name varchar,
    threshold float,
    target_table varchar
)
returns varchar
language sql
comment = 'Measures a model on held-out customers'
execute as caller
as
$$
declare
    chosen float;
    metrics varchar;
begin
    -- DATE is no type that a model takes, and nothing but features is its business
    call platform.score_churn(
        :model_name,
        '(select * exclude (part, label_date, is_churned, churn_label) from gold.ml_training_data where part <> ''TRAIN'')',
        'customer_id', 'GOLD.CHURN_EVALUATION_SCORES'
    );
    create or replace table identifier(:target_table) as
    select
        d.customer_id,
        d.part,
        -- the segment on the label date
        coalesce(h.segment, 'none yet') as segment,
        d.label_date,
        d.is_churned,
        s.churn_probability
    from gold.churn_evaluation_scores as s
    inner join gold.ml_training_data as d on s.customer_id = d.customer_id
    left join gold.customer_segment_history as h
        on
            s.customer_id = h.customer_id and d.label_date >= h.segment_assigned_date
            and (d.label_date < h.segment_end_date or h.segment_end_date is null);
    drop table gold.churn_evaluation_scores;
    chosen := threshold;
    if (chosen is null) then
        with thresholds as (
            select row_number() over (order by seq4())::float / 100 as threshold
            from table(generator(rowcount => 99))
        ),

        graded as (
            select
                t.threshold,
                2 * count_if(e.is_churned and e.churn_probability >= t.threshold)::float
                / nullif(count_if(e.churn_probability >= t.threshold) + count_if(e.is_churned), 0) as f1
            from identifier(:target_table) as e
            cross join thresholds as t
            where e.part = 'VALIDATION'
            group by t.threshold
        )

        select coalesce(max_by(threshold, f1 - threshold::float / 1e9), 0.5) into :chosen from graded;
    end if;
    with tested as (
        select
            *,
            churn_probability >= :chosen as is_alarm,
            -- equal probabilities share their mean rank
            rank() over (order by churn_probability)
            + (count(*) over (partition by churn_probability) - 1) / 2 as mean_rank,
            rank() over (partition by segment order by churn_probability)
            + (count(*) over (partition by segment, churn_probability) - 1) / 2 as segment_mean_rank,
            ntile(10) over (order by churn_probability desc, customer_id asc) as decile,
            least(9, floor(10 * churn_probability)) as bin
        from identifier(:target_table)
        where part = 'TEST'
    ),

    counts as (
        select
            count(*)::float as n,
            count_if(is_churned)::float as churned,
            count_if(is_alarm)::float as alarms,
            count_if(is_churned and is_alarm)::float as hits,
            sum(iff(is_churned, mean_rank, 0)) as churned_ranks,
            avg(power(iff(is_churned, 1, 0) - churn_probability, 2)) as brier,
            avg(iff(decile = 1, iff(is_churned, 1, 0), null)) as top_rate
        from tested
    ),

    totals as (
        select
            *,
            -- the chance that a churned customer ranks above an active one
            (churned_ranks - churned * (churned + 1) / 2) / nullif(churned * (n - churned), 0) as roc_auc,
            top_rate / nullif(churned / nullif(n, 0), 0) as lift
        from counts
    ),

    -- average precision: the precision at each distinct probability, weighted by the churned customers found there
    levels as (
        select churn_probability, count_if(is_churned) as churned, count(*) as n
        from tested
        group by churn_probability
    ),

    running as (
        select
            churned,
            sum(churned) over (order by churn_probability desc)
            / nullif(sum(n) over (order by churn_probability desc), 0) as precision_here
        from levels
    ),

    average as (
        select sum(churned * precision_here) / nullif(sum(churned), 0) as pr_auc
        from running
    ),

    bins as (
        select abs(sum(iff(is_churned, 1, 0) - churn_probability)) as gap
        from tested
        group by bin
    ),

    calibration as (
        select sum(gap) as gap
        from bins
    ),

    deciles as (
        select decile, count(*) as n, avg(churn_probability) as predicted, avg(iff(is_churned, 1, 0)) as observed
        from tested
        group by decile
    ),

    listed_deciles as (
        select
            array_agg(object_construct(
                'decile', decile, 'customers', n, 'predicted', round(predicted, 4), 'observed', round(observed, 4)
            )) within group (order by decile) as listed
        from deciles
    ),

    segments as (
        select
            segment,
            count(*) as n,
            count_if(is_churned) as churned,
            avg(churn_probability) as predicted,
            count_if(is_churned and is_alarm) / nullif(count_if(is_alarm), 0) as precision_score,
            count_if(is_churned and is_alarm) / nullif(count_if(is_churned), 0) as recall_score,
            (sum(iff(is_churned, segment_mean_rank, 0)) - count_if(is_churned) * (count_if(is_churned) + 1) / 2)
            / nullif(count_if(is_churned) * (count(*) - count_if(is_churned)), 0) as roc_auc
        from tested
        group by segment
    ),

    listed_segments as (
        select
            array_agg(object_construct(
                'segment', segment, 'customers', n, 'churned', churned, 'predicted', round(predicted, 4),
                'precision', round(precision_score, 4), 'recall', round(recall_score, 4), 'roc_auc', round(roc_auc, 4)
            )) within group (order by segment) as listed
        from segments
    )

    -- no subquery stands among what is selected: Snowflake refuses INTO there
    select
        to_json(object_construct(
            'decision_threshold', :chosen,
            'held_out_rows', t.n::integer,
            'held_out_churned', t.churned::integer,
            'f1', round(2 * t.hits / nullif(t.alarms + t.churned, 0), 6),
            'precision', round(t.hits / nullif(t.alarms, 0), 6),
            'recall', round(t.hits / nullif(t.churned, 0), 6),
            'roc_auc', round(t.roc_auc, 6),
            'pr_auc', round(a.pr_auc, 6),
            'brier', round(t.brier, 6),
            'lift_at_10_percent', round(t.lift, 4),
            'calibration_error', round(c.gap / nullif(t.n, 0), 6),
            'confusion_matrix', object_construct(
                'true_positive', t.hits::integer,
                'false_positive', (t.alarms - t.hits)::integer,
                'false_negative', (t.churned - t.hits)::integer,
                'true_negative', (t.n - t.alarms - t.churned + t.hits)::integer
            ),
            'deciles', d.listed,
            'segments', s.listed
        ))
    into :metrics
    from totals as t
    cross join average as a
    cross join calibration as c
    cross join listed_deciles as d
    cross join listed_segments as s;
    return metrics;
end
$$
