-- purpose: every quality check under the checklist's name
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
