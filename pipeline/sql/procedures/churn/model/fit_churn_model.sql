-- purpose: train GOLD.CHURN_MODEL_CANDIDATE on the training part of GOLD.ML_TRAINING_DATA
-- grain: one model; returns what it says about itself as JSON: metrics of its own evaluation split, importance by
-- feature
-- Left out besides keys and labels are the levels: the season moves them (kind in GOLD.CHURN_FEATURES).
create or replace procedure platform.fit_churn_model()
returns varchar
language sql
comment = 'Trains the candidate'
execute as caller
as
$$
declare
    own_metrics varchar;
    importance varchar;
    report varchar;
begin
    create or replace snowflake.ml.classification gold.churn_model_candidate(
        input_data => table(
            select
                * exclude (
                    customer_id, part, label_date, is_churned,
                    total_spend_90d, transaction_count_90d, avg_transaction_value_90d, distinct_merchant_categories_90d,
                    active_days_180d, days_between_transactions_avg, declined_transaction_count
                )
            from gold.ml_training_data
            where part = 'TRAIN'
        ),
        target_colname => 'CHURN_LABEL',
        config_object => {'evaluate': true, 'on_error': 'SKIP'}
    );
    call gold.churn_model_candidate!show_global_evaluation_metrics();
    report := sqlid;
    select to_json(object_agg(error_metric || coalesce('_' || average_type, ''), metric_value::variant)) into :own_metrics
    from table(result_scan(:report));
    call gold.churn_model_candidate!show_feature_importance();
    report := sqlid;
    select to_json(array_agg(object_construct('feature', feature, 'score', round(score, 4))) within group (order by rank))
    into :importance
    from table(result_scan(:report));
    return '{"model_reports": ' || own_metrics || ', "feature_importance": ' || importance || '}';
end
$$
