-- purpose: keep how features and scores were distributed when a churn model was trained, to measure drift against
-- grain: one row per model version, feature and bin in OBSERVABILITY.MODEL_BASELINES
-- Features are those of the training part that the model reads. Scores are those of the held-out customers: on its own
-- training data a model is too sure.
create or replace procedure platform.write_churn_baseline(model_version varchar)
returns varchar
language sql
comment = 'Keeps the distributions that drift is measured against'
execute as caller
as
$$
begin
    call platform.write_churn_values(
        'GOLD.ML_TRAINING_DATA where part = ''TRAIN''', 'GOLD.CHURN_EVALUATION_CANDIDATE', 'input'
    );
    call platform.bin_churn_values();
    begin transaction;
    delete from observability.model_baselines
    where model_version = :model_version;
    insert into observability.model_baselines (
        model_version, feature, bin, lower_bound, upper_bound, expected_share
    )
    select :model_version, feature, bin, lower_bound, upper_bound, expected_share
    from gold.churn_bins;
    commit;
    drop table gold.churn_bins;
    drop table gold.churn_values;
    return model_version;
end
$$
