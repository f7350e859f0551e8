-- purpose: keep the rows that a load refused, and fail with a sentence where the load itself is refused for them
-- grain: one row per refusal in OBSERVABILITY.REJECTED_ROWS
-- The refusals are the result of a query, which outlives the rollback of a refused load. Its columns are table_name,
-- file, file_row_number, column_name (both NULL where the error names them), error and rejected_record.
create or replace procedure platform.record_refusals(
    refusals varchar,
    subject varchar,
    loaded number,
    rejected number,
    is_refused boolean
)
returns number
language sql
comment = 'Keeps the rows that a load refused, and fails where there are too many'
execute as caller
as
$$
declare
    run_id varchar;
    reject_limit float;
    first_refusal varchar;
    problem varchar;
begin
    run_id := system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
    insert into observability.rejected_rows (
        run_id, table_name, source_file, file_row_number, error_message, rejected_record, rejected_at
    )
    select
        :run_id, table_name, file, file_row_number, coalesce(column_name || ': ', '') || error, rejected_record, sysdate()
    from table(result_scan(:refusals));
    if (is_refused) then
        reject_limit := system$get_task_graph_config('reject_limit_percent')::float;
        select min(file || coalesce(', row ' || file_row_number, '') || ': ' || coalesce(column_name || ': ', '') || error)
        into :first_refusal
        from table(result_scan(:refusals));
        problem := rejected || ' of ' || (loaded + rejected) || ' rows of the ' || subject || ' files were refused, more '
            || 'than ' || reject_limit || ' percent: nothing was loaded (' || first_refusal
            || '). See OBSERVABILITY.REJECTED_ROWS, mend the files or take them out, run again.';
        call platform.refuse_load(:problem);
    end if;
    return rejected;
end
$$
