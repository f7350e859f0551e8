-- purpose: close the record of the run and of the tasks that failed, with their errors, count rows, mail a failure
-- grain: one row per run and per failed task in OBSERVABILITY.PIPELINE_RUN_METADATA
create or replace procedure platform.close_run()
returns varchar
language sql
comment = 'Closes the record of a run, also after a failure'
execute as caller
as
$$
declare
    run_id varchar;
    failures varchar;
begin
    run_id := system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
    -- the last attempt of every task counts
    select
        name as task_name,
        coalesce(error_message, state) as error_message,
        completed_time,
        state in ('FAILED', 'FAILED_AND_AUTO_SUSPENDED', 'CANCELLED') as has_failed
    from
        table(information_schema.task_history(
            scheduled_time_range_start => dateadd('day', -2, current_timestamp()), result_limit => 1000
        ))
    where graph_run_group_id::varchar = :run_id
    qualify row_number() over (partition by name order by attempt_number desc, completed_time desc) = 1;
    let history varchar := sqlid;
    select listagg(task_name || ': ' || error_message, '; ') within group (order by completed_time)
    into :failures
    from table(result_scan(:history))
    where has_failed;
    update observability.pipeline_run_metadata as recorded
    set status = 'FAILED', ended_at = sysdate(), error_message = failed.error_message
    from (
        select task_name, error_message
        from table(result_scan(:history))
        where has_failed
    ) as failed
    where recorded.run_id = :run_id and recorded.task_name = failed.task_name;
    insert into observability.pipeline_run_metadata (
        run_id, pipeline_name, task_name, status, as_of_date, started_at, ended_at, error_message
    )
    select
        :run_id, 'customer_360', failed.task_name, 'FAILED', run.as_of_date, sysdate(), sysdate(), failed.error_message
    from table(result_scan(:history)) as failed
    inner join observability.pipeline_run_metadata as run on run.run_id = :run_id and run.task_name = 'RUN_PIPELINE'
    left join observability.pipeline_run_metadata as recorded
        on failed.task_name = recorded.task_name and recorded.run_id = :run_id
    where failed.has_failed and recorded.task_name is null;
    update observability.pipeline_run_metadata
    set
        status = iff(coalesce(:failures, '') = '', 'SUCCEEDED', 'FAILED'),
        ended_at = sysdate(),
        rows_processed = (
            select sum(rows_processed)
            from observability.pipeline_run_metadata
            where run_id = :run_id and task_name in ('LOAD_CUSTOMERS', 'LOAD_TRANSACTIONS', 'GENERATE_TRANSACTIONS')
        ),
        error_message = nullif(:failures, '')
    where run_id = :run_id and task_name = 'RUN_PIPELINE';
    call platform.count_records(:run_id);
    -- the record is closed first: mail that cannot be sent must not leave the run open
    let recipients varchar := coalesce(system$get_task_graph_config('mail_recipients')::varchar, '');
    if (coalesce(failures, '') <> '' and recipients <> '') then
        let mail_integration varchar := system$get_task_graph_config('mail_integration')::varchar;
        let subject varchar := 'Customer 360: run ' || run_id || ' failed';
        let message varchar := left(failures, 100000);
        call system$send_email(:mail_integration, :recipients, :subject, :message);
    end if;
    return iff(coalesce(failures, '') = '', 'SUCCEEDED', 'FAILED');
end
$$
