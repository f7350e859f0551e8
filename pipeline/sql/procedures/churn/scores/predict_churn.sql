-- purpose: score every customer with the model in use on what was known on as_of_date, explain and watch the scores
-- grain: one row per customer in GOLD.CHURN_PREDICTIONS
create or replace procedure platform.predict_churn()
returns varchar
language sql
comment = 'Scores every customer'
execute as caller
as
$$
declare
    run_id varchar;
    as_of date;
    started timestamp_ntz;
    version varchar;
    threshold float;
    predicted integer;
    beyond integer;
    present varchar;
    trained integer;
    no_model exception (-20003, 'There is no churn model in use: run TRAIN_CHURN_MODEL first.');
begin
    run_id := (call platform.start_step('PREDICT_CHURN', null));
    started := sysdate();
    select as_of_date into :as_of
    from observability.pipeline_run_metadata
    where run_id = :run_id and task_name = 'PREDICT_CHURN';
    present := (call platform.churn_model_in_use());
    if (present is null) then
        -- nobody is scored before there is enough to learn from; without that reason a model is missing
        select count(*) into :trained from observability.model_execution_log
        where run_id = :run_id and operation = 'TRAIN' and status = 'SKIPPED';
        if (trained = 0) then
            raise no_model;
        end if;
        call platform.predict_nobody();
        call platform.finish_step('PREDICT_CHURN', 0);
        return 'nobody scored';
    end if;
    select parse_json(:present):version::varchar, parse_json(:present):threshold::float into :version, :threshold;
    call platform.score_churn(
        'GOLD.CHURN_MODEL', 'GOLD.CHURN_SCORING_DATA', 'customer_id, days_since_last_transaction', 'GOLD.CHURN_SCORES'
    );
    create or replace table gold.churn_predictions as
    select
        customer_id,
        churn_probability,
        churn_probability >= :threshold as churn_prediction,
        case
            when churn_probability > 0.7 then 'High'
            when churn_probability > 0.4 then 'Medium'
            else 'Low'
        end as churn_risk_category,
        :threshold as decision_threshold,
        days_since_last_transaction < 90 as is_active,
        :as_of as prediction_date,
        :version as model_version
    from gold.churn_scores;
    drop table gold.churn_scores;
    call platform.explain_churn();
    beyond := (call platform.measure_churn_drift(:run_id, :version));
    select count(*) into :predicted from gold.churn_predictions;
    insert into observability.model_execution_log (
        execution_id, run_id, model_name, model_version, operation, status, as_of_date, row_count, seconds, details,
        executed_at
    )
    select
        uuid_string(), :run_id, 'CHURN_MODEL', :version, 'PREDICT', 'SUCCEEDED', :as_of, :predicted,
        datediff('millisecond', :started, sysdate()) / 1000,
        '{"decision_threshold": '
        || :threshold::varchar
        || ', "features_past_the_drift_limit": '
        || :beyond::varchar
        || '}',
        sysdate();
    call platform.finish_step('PREDICT_CHURN', :predicted);
    return predicted || ' customers scored';
exception
    when other then
        insert into observability.model_execution_log (
            execution_id, run_id, model_name, model_version, operation, status, as_of_date, seconds, error_message, executed_at
        )
        select
            uuid_string(), coalesce(:run_id, 'unknown'), 'CHURN_MODEL', :version, 'PREDICT', 'FAILED', :as_of,
            datediff('millisecond', :started, sysdate()) / 1000, :sqlerrm, sysdate();
        raise;
end
$$
