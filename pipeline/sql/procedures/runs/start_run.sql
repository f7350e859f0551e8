-- purpose: open the record of a run and close those that a kill left open
-- grain: one row per run in OBSERVABILITY.PIPELINE_RUN_METADATA, under the root task's name
create or replace procedure platform.start_run()
returns varchar
language sql
comment = 'Opens the record of a run'
execute as caller
as
$$
declare
    run_id varchar;
    as_of_date date;
begin
    run_id := system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
    as_of_date := nullif(system$get_task_graph_config('as_of_date')::varchar, '')::date;
    update observability.pipeline_run_metadata
    set
        status = 'FAILED',
        ended_at = sysdate(),
        error_message = 'The run was interrupted before it could be closed.'
    where status = 'RUNNING' and run_id <> :run_id;
    delete from observability.pipeline_run_metadata
    where run_id = :run_id and task_name = 'RUN_PIPELINE';
    insert into observability.pipeline_run_metadata (
        run_id, pipeline_name, task_name, status, as_of_date, started_at, rows_processed, details
    )
    select
        :run_id, 'customer_360', 'RUN_PIPELINE', 'RUNNING', :as_of_date, sysdate(), 0, system$get_task_graph_config();
    return run_id;
end
$$
