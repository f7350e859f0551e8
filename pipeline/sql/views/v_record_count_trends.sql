-- purpose: record counts beside those of the run before
-- grain: one row per run, layer and table
select
    run_id,
    layer,
    table_name,
    record_count,
    lag(record_count) over (partition by layer, table_name order by counted_at, run_id) as previous_record_count,
    record_count
    - lag(record_count) over (partition by layer, table_name order by counted_at, run_id) as record_count_change,
    counted_at
from observability.layer_record_counts
