-- purpose: record that the churn model was not trained, and why
-- grain: one execution in OBSERVABILITY.MODEL_EXECUTION_LOG, one warning in OBSERVABILITY.DATA_QUALITY_METRICS
create or replace procedure platform.skip_churn_training(run_id varchar, shortfall varchar)
returns varchar
language sql
comment = 'Records that the churn model was not trained'
execute as caller
as
$$
begin
    insert into observability.model_execution_log (
        execution_id, run_id, model_name, operation, status, as_of_date, row_count, seconds, error_message, executed_at
    )
    select uuid_string(), :run_id, 'CHURN_MODEL', 'TRAIN', 'SKIPPED', max(label_date), count(*), 0, :shortfall, sysdate()
    from gold.ml_training_data;
    delete from observability.data_quality_metrics
    where run_id = :run_id and check_name = 'churn_model_can_be_trained';
    insert into observability.data_quality_metrics (
        run_id, layer, table_name, check_name, check_type, status, observed_value, expected, failed_rows, details,
        measured_at
    )
    select
        :run_id, 'GOLD', 'ML_TRAINING_DATA', 'churn_model_can_be_trained', 'volume', 'WARN', count_if(is_churned),
        'customers of both kinds', 0, :shortfall, sysdate()
    from gold.ml_training_data;
    return shortfall;
end
$$
