-- purpose: open the record of one task of the run; a retried task starts its record anew
-- grain: one row per run and task in OBSERVABILITY.PIPELINE_RUN_METADATA
-- The day is that of the newest run: the one that the task belongs to, or the last one before a retrain.
create or replace procedure platform.start_step(task_name varchar, rows_expected number)
returns varchar
language sql
comment = 'Opens the record of a task'
execute as caller
as
$$
declare
    run_id varchar;
begin
    -- called by hand, outside of any task, this says nothing or fails
    begin
        run_id := system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
    exception
        when other then
            run_id := null;
    end;
    run_id := coalesce(run_id, 'session-' || current_session());
    delete from observability.pipeline_run_metadata
    where run_id = :run_id and task_name = :task_name;
    insert into observability.pipeline_run_metadata (
        run_id, pipeline_name, task_name, status, as_of_date, started_at, rows_expected, rows_processed
    )
    select :run_id, 'customer_360', :task_name, 'RUNNING', max_by(as_of_date, started_at), sysdate(), :rows_expected, 0
    from observability.pipeline_run_metadata
    where task_name = 'RUN_PIPELINE';
    return run_id;
end
$$
