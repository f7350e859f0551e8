-- purpose: label who churned as of the newest date whose outcome has been observed, three months before as_of_date
-- grain: one row per labelled customer in GOLD.CHURN_LABELS
create or replace procedure platform.label_churn()
returns varchar
language sql
comment = 'Labels who churned as of the label date'
execute as caller
as
$$
declare
    run_id varchar;
    label_date date;
    labelled integer;
    runs integer;
    built varchar;
    not_built exception (-20004, 'dbt did not build the warehouse in this run: see BUILD_WAREHOUSE in OBSERVABILITY.PIPELINE_RUN_METADATA.');
begin
    run_id := (call platform.start_step('LABEL_CHURN', null));
    -- EXECUTE DBT PROJECT answers with a row that tells of a failure, and its page does not say that the task fails too. In a
    -- run of the pipeline the record of the newest build decides; a retraining has none.
    select count_if(task_name = 'RUN_PIPELINE') into :runs
    from observability.pipeline_run_metadata
    where run_id = :run_id;
    select max_by(status, started_at) into :built
    from observability.pipeline_run_metadata
    where run_id = :run_id and task_name = 'BUILD_WAREHOUSE';
    if (runs > 0 and coalesce(built, 'missing') <> 'SUCCEEDED') then
        raise not_built;
    end if;
    -- three months before as_of_date, or 90 days where these are longer
    select least(dateadd('month', -3, as_of_date), as_of_date - 90)::date into :label_date
    from observability.pipeline_run_metadata
    where run_id = :run_id and task_name = 'LABEL_CHURN';
    labelled := (call platform.write_churn_labels(:label_date, 'GOLD.CHURN_LABELS'));
    call platform.finish_step('LABEL_CHURN', :labelled);
    return labelled || ' customers labelled as of ' || label_date;
end
$$
