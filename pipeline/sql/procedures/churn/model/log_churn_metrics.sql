-- purpose: keep what was measured of a churn model
-- grain: one execution in OBSERVABILITY.MODEL_EXECUTION_LOG; metrics and further are JSON objects, kept together
create or replace procedure platform.log_churn_metrics(
    run_id varchar,
    operation varchar,
    model_version varchar,
    as_of date,
    started timestamp_ntz,
    data_checksum varchar,
    metrics varchar,
    further varchar
)
returns varchar
language sql
comment = 'Keeps what was measured of a model'
execute as caller
as
$$
begin
    insert into observability.model_execution_log (
        execution_id, run_id, model_name, model_version, operation, status, as_of_date, row_count, f1_score,
        precision_score, recall_score, roc_auc, seconds, data_checksum, details, executed_at
    )
    select
        uuid_string(), :run_id, 'CHURN_MODEL', :model_version, :operation, 'SUCCEEDED', :as_of,
        coalesce(parse_json(:further):training_rows, parse_json(:metrics):held_out_rows)::integer,
        parse_json(:metrics):f1::float, parse_json(:metrics):"precision"::float, parse_json(:metrics):recall::float,
        parse_json(:metrics):roc_auc::float, datediff('millisecond', :started, sysdate()) / 1000, :data_checksum,
        iff(:further = '{}', :metrics, substr(:metrics, 1, length(:metrics) - 1) || ', ' || substr(:further, 2)),
        sysdate();
    return operation;
end
$$
