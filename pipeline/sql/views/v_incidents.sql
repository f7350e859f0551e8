-- purpose: what somebody should look at: failed and overdue runs, failed checks, features that drifted
-- grain: one row per run, or per run and check
select
    'run failed' as incident,
    run_id,
    task_name as subject,
    coalesce(error_message, 'no message') as description,
    ended_at as happened_at
from observability.pipeline_run_metadata
where task_name = 'RUN_PIPELINE' and status = 'FAILED'
union all
-- the graph's own timeout: whatever should have closed this run is not there any more
select
    'run overdue' as incident,
    run_id,
    task_name as subject,
    'still open six hours after its start' as description,
    dateadd('hour', 6, started_at) as happened_at
from observability.pipeline_run_metadata
where task_name = 'RUN_PIPELINE' and status = 'RUNNING' and started_at < dateadd('hour', -6, sysdate())
union all
select
    iff(check_type = 'drift', 'drift', 'check failed') as incident,
    run_id,
    table_name || '.' || check_name as subject,
    'observed ' || coalesce(observed_value::varchar, 'nothing')
    || ', expected ' || coalesce(expected, '?') as description,
    measured_at as happened_at
from observability.data_quality_metrics
where status = 'FAIL' or (check_type = 'drift' and status <> 'PASS')
