-- purpose: train the first churn model; in later runs measure the model in use on the newest labels
-- grain: one execution in OBSERVABILITY.MODEL_EXECUTION_LOG; one row per held-out customer in GOLD.CHURN_EVALUATION
-- A model stays in use until RETRAIN_CHURN_MODEL finds a better one. Other data for the label date that it was trained
-- at means that its data was replaced, other features that it cannot score any more: then it is renewed at once. Where
-- there is too little to train on, that is recorded, and a model in use stays.
create or replace procedure platform.train_churn_model()
returns varchar
language sql
comment = 'Trains the first churn model, and measures the one in use'
execute as caller
as
$$
declare
    run_id varchar;
    started timestamp_ntz;
    as_of date;
    label_date date;
    checksum varchar;
    present varchar;
    present_version varchar;
    present_threshold float;
    present_label_date date;
    present_checksum varchar;
    present_features varchar;
    features varchar;
    outcome varchar;
    measured varchar;
    labelled integer;
    shortfall varchar;
begin
    run_id := (call platform.start_step('TRAIN_CHURN_MODEL', null));
    started := sysdate();
    select max(label_date), count(*) into :label_date, :labelled from gold.ml_training_data;
    shortfall := (call platform.churn_training_shortfall());
    if (shortfall is not null) then
        call platform.skip_churn_training(:run_id, :shortfall);
        call platform.finish_step('TRAIN_CHURN_MODEL', :labelled);
        return shortfall;
    end if;
    checksum := (call platform.checksum_churn_training());
    present := (call platform.churn_model_in_use());
    select
        parse_json(:present):version::varchar, parse_json(:present):threshold::float,
        parse_json(:present):label_date::date, parse_json(:present):checksum::varchar,
        parse_json(:present):features::varchar
    into :present_version, :present_threshold, :present_label_date, :present_checksum, :present_features;
    select md5(listagg(feature, ',') within group (order by feature)) into :features
    from gold.churn_features
    where kind <> 'level';
    if (
        present is null or present_features <> features or present_label_date = label_date and present_checksum <> checksum
    ) then
        outcome := (call platform.renew_churn_model(:run_id, :checksum));
    else
        select as_of_date into :as_of
        from observability.pipeline_run_metadata
        where run_id = :run_id and task_name = 'TRAIN_CHURN_MODEL';
        measured := (
            call platform.evaluate_churn_model('GOLD.CHURN_MODEL', :present_threshold, 'GOLD.CHURN_EVALUATION')
        );
        call platform.log_churn_metrics(
            :run_id, 'EVALUATE', :present_version, :as_of, :started, :checksum, :measured, '{}'
        );
        outcome := 'kept ' || present_version;
    end if;
    call platform.finish_step('TRAIN_CHURN_MODEL', :labelled);
    return outcome;
end
$$
