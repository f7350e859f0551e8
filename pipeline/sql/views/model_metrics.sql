-- purpose: metrics of trained and evaluated models under the checklist's name
-- grain: one row per model execution that measured something; row_count is what it used (a training: the part that it
-- learned from), held_out_rows the customers whom no training saw, of whom the metrics are
select
    execution_id,
    run_id,
    model_name,
    model_version,
    operation,
    as_of_date,
    row_count,
    parse_json(details):held_out_rows::integer as held_out_rows,
    f1_score,
    precision_score,
    recall_score,
    roc_auc,
    executed_at
from observability.model_execution_log
where status = 'SUCCEEDED' and operation in ('TRAIN', 'EVALUATE')
