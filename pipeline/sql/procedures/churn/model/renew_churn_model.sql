-- purpose: train a candidate on GOLD.ML_TRAINING_DATA and put it to use, unless the model in use is better
-- grain: one or two executions in OBSERVABILITY.MODEL_EXECUTION_LOG; one row per held-out customer in
-- GOLD.CHURN_EVALUATION, of the model that is in use afterwards. Both models are compared by the area under the
-- precision-recall curve on the same test part, which neither has seen. A model of other features cannot score this
-- data, and gives way.
create or replace procedure platform.renew_churn_model(run_id varchar, data_checksum varchar)
returns varchar
language sql
comment = 'Trains a candidate and puts it to use unless the model in use is better'
execute as caller
as
$$
declare
    started timestamp_ntz;
    as_of date;
    model_version varchar;
    training_rows integer;
    fitted varchar;
    measured varchar;
    present varchar;
    present_version varchar;
    present_measured varchar;
    present_threshold float;
    present_features varchar;
    features varchar;
    label_date date;
    is_better boolean;
    description varchar;
begin
    started := sysdate();
    select max_by(as_of_date, started_at) into :as_of
    from observability.pipeline_run_metadata
    where run_id = :run_id;
    select count_if(part = 'TRAIN'), max(label_date) into :training_rows, :label_date from gold.ml_training_data;
    model_version := as_of || '-' || substr(data_checksum, 1, 8);
    present := (call platform.churn_model_in_use());
    select md5(listagg(feature, ',') within group (order by feature)) into :features
    from gold.churn_features
    where kind <> 'level';
    select
        parse_json(:present):threshold::float, parse_json(:present):version::varchar, parse_json(:present):features::varchar
    into :present_threshold, :present_version, :present_features;
    fitted := (call platform.fit_churn_model());
    measured := (call platform.evaluate_churn_model('GOLD.CHURN_MODEL_CANDIDATE', null, 'GOLD.CHURN_EVALUATION_CANDIDATE'));
    if (present_features = features) then
        present_measured := (
            call platform.evaluate_churn_model('GOLD.CHURN_MODEL', :present_threshold, 'GOLD.CHURN_EVALUATION_PRESENT')
        );
        call platform.log_churn_metrics(
            :run_id, 'EVALUATE', :present_version, :as_of, :started, :data_checksum, :present_measured, '{}'
        );
    end if;
    select
        :present_measured is null
        or coalesce(parse_json(:measured):pr_auc::float, 0) >= coalesce(parse_json(:present_measured):pr_auc::float, 0),
        to_json(object_construct(
            'version', :model_version,
            'threshold', parse_json(:measured):decision_threshold::float,
            'label_date', to_varchar(:label_date),
            'features', :features,
            'checksum', :data_checksum
        ))
    into :is_better, :description;
    if (is_better) then
        call platform.write_churn_baseline(:model_version);
        call platform.promote_churn_model(:description);
        -- No other model than this one and the one before can be in use any more.
        delete from observability.model_baselines
        where model_version not in (:model_version, coalesce(:present_version, :model_version));
        create or replace table gold.churn_evaluation as select * from gold.churn_evaluation_candidate;
    else
        create or replace table gold.churn_evaluation as select * from gold.churn_evaluation_present;
    end if;
    drop table gold.churn_evaluation_candidate;
    drop table if exists gold.churn_evaluation_present;
    select
        substr(:fitted, 1, length(:fitted) - 1) || ', "training_rows": ' || :training_rows::varchar
        || ', "promoted": ' || iff(:is_better, 'true', 'false')
        || ', "compared_with": ' || coalesce('"' || :present_version || '"', 'null')
        || ', "pr_auc_of_the_model_before": ' || coalesce(parse_json(:present_measured):pr_auc::varchar, 'null') || '}'
    into :fitted;
    call platform.log_churn_metrics(
        :run_id, 'TRAIN', :model_version, :as_of, :started, :data_checksum, :measured, :fitted
    );
    return iff(is_better, 'promoted ', 'not promoted ') || model_version;
exception
    when other then
        insert into observability.model_execution_log (
            execution_id, run_id, model_name, model_version, operation, status, as_of_date, row_count, seconds, data_checksum,
            error_message, executed_at
        )
        select
            uuid_string(), :run_id, 'CHURN_MODEL', :model_version, 'TRAIN', 'FAILED', :as_of, :training_rows,
            datediff('millisecond', :started, sysdate()) / 1000, :data_checksum, :sqlerrm, sysdate();
        raise;
end
$$
