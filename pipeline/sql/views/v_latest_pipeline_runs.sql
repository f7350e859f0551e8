-- purpose: the newest execution of every task, with its duration
-- grain: one row per pipeline and task
select
    run_id,
    pipeline_name,
    task_name,
    status,
    as_of_date,
    started_at,
    ended_at,
    datediff('second', started_at, ended_at) as duration_seconds,
    rows_expected,
    rows_processed,
    error_message
from observability.pipeline_run_metadata
qualify row_number() over (partition by pipeline_name, task_name order by started_at desc, run_id desc) = 1
