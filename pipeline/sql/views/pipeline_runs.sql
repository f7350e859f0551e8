-- purpose: whole runs of the pipeline under the checklist's name
-- grain: one row per run
select
    run_id,
    pipeline_name,
    status,
    as_of_date,
    started_at,
    ended_at,
    datediff('second', started_at, ended_at) as duration_seconds,
    error_message,
    details
from observability.pipeline_run_metadata
where task_name = 'RUN_PIPELINE'
