-- purpose: close the record of one task of the run
-- grain: one row per run and task in OBSERVABILITY.PIPELINE_RUN_METADATA
create or replace procedure platform.finish_step(task_name varchar, rows_processed number)
returns varchar
language sql
comment = 'Closes the record of a task'
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
    update observability.pipeline_run_metadata
    set status = 'SUCCEEDED', ended_at = sysdate(), rows_processed = :rows_processed
    where run_id = :run_id and task_name = :task_name;
    return run_id;
end
$$
