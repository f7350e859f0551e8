-- purpose: learn churn anew from the newest data; put the new model to use, and score with it, where it is not worse
-- grain: one execution RETRAIN in OBSERVABILITY.MODEL_EXECUTION_LOG, beside those of its steps
-- Whatever fails leaves the model in use, its predictions and the profile as they are. Works as a task and by CALL.
create or replace procedure gold.retrain_churn_model()
returns varchar
language sql
comment = 'Learns churn anew and keeps the better model'
execute as caller
as
$$
declare
    run_id varchar;
    as_of date;
    execution_id varchar;
    started timestamp_ntz;
    checksum varchar;
    outcome varchar;
    shortfall varchar;
    in_use varchar;
    too_little exception (
        -20004,
        'A churn model is in use, but there is too little left to train on: look at the data first. The model stays.'
    );
begin
    started := sysdate();
    execution_id := uuid_string();
    update observability.model_execution_log
    set status = 'FAILED', error_message = 'The retrain was interrupted before it could be closed.'
    where operation = 'RETRAIN' and status = 'RUNNING';
    run_id := (call platform.start_step('RETRAIN_CHURN_MODEL', null));
    select as_of_date into :as_of
    from observability.pipeline_run_metadata
    where run_id = :run_id and task_name = 'RETRAIN_CHURN_MODEL';
    insert into observability.model_execution_log (
        execution_id, run_id, model_name, operation, status, as_of_date, executed_at
    )
    select :execution_id, :run_id, 'CHURN_MODEL', 'RETRAIN', 'RUNNING', :as_of, sysdate();
    call platform.label_churn();
    call platform.build_churn_features();
    shortfall := (call platform.churn_training_shortfall());
    in_use := (call platform.churn_model_in_use());
    if (shortfall is not null and in_use is not null) then
        raise too_little;
    elseif (shortfall is not null) then
        update observability.model_execution_log
        set
            status = 'SKIPPED',
            seconds = datediff('millisecond', :started, sysdate()) / 1000,
            error_message = :shortfall,
            executed_at = sysdate()
        where execution_id = :execution_id;
        call platform.finish_step('RETRAIN_CHURN_MODEL', null);
        return shortfall;
    end if;
    checksum := (call platform.checksum_churn_training());
    outcome := (call platform.renew_churn_model(:run_id, :checksum));
    if (startswith(outcome, 'promoted')) then
        call platform.predict_churn();
        call platform.update_profile();
    end if;
    update observability.model_execution_log
    set
        status = 'SUCCEEDED',
        model_version = regexp_substr(:outcome, '[^ ]+$'),
        seconds = datediff('millisecond', :started, sysdate()) / 1000,
        data_checksum = :checksum,
        details = '{"outcome": "' || :outcome || '"}',
        executed_at = sysdate()
    where execution_id = :execution_id;
    call platform.finish_step('RETRAIN_CHURN_MODEL', null);
    return outcome;
exception
    when other then
        update observability.model_execution_log
        set
            status = 'FAILED',
            seconds = datediff('millisecond', :started, sysdate()) / 1000,
            data_checksum = :checksum,
            error_message = :sqlerrm,
            executed_at = sysdate()
        where execution_id = :execution_id;
        update observability.pipeline_run_metadata
        set status = 'FAILED', ended_at = sysdate(), error_message = :sqlerrm
        where run_id = :run_id and status = 'RUNNING';
        raise;
end
$$
