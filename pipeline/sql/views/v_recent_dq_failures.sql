-- purpose: quality checks that did not pass in the 30 days up to the newest measurement
-- grain: one row per run and check
select
    run_id,
    layer,
    table_name,
    check_name,
    check_type,
    status,
    observed_value,
    expected,
    failed_rows,
    details,
    measured_at
from observability.data_quality_metrics
where
    status <> 'PASS'
    and measured_at >= (
        select dateadd('day', -30, max(newest.measured_at)) from observability.data_quality_metrics as newest
    )
