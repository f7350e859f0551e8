-- purpose: count the rows of every table of bronze, silver and gold; a later count of the same run replaces it
-- grain: one row per run, layer and table in OBSERVABILITY.LAYER_RECORD_COUNTS
-- Called with the run's id by the build, whether it succeeds or fails, and by CLOSE_RUN, when all tables stand.
create or replace procedure platform.count_records(run_id varchar)
returns varchar
language sql
comment = 'Counts the rows of every layer'
execute as caller
as
$$
declare
    counts varchar;
    counted integer;
begin
    select
        listagg(
            'select ''' || table_schema || ''' as layer, ''' || table_name || ''' as table_name, '
            || 'count(*) as record_count from ' || table_schema || '.' || table_name,
            ' union all '
        ) within group (order by table_schema, table_name),
        count(*)
    into :counts, :counted
    from information_schema.tables
    where table_schema in ('BRONZE', 'SILVER', 'GOLD') and table_type = 'BASE TABLE';
    delete from observability.layer_record_counts
    where run_id = :run_id;
    if (counted > 0) then
        let statement varchar := 'insert into observability.layer_record_counts '
            || '(run_id, layer, table_name, record_count, counted_at) select ''' || run_id
            || ''', layer, table_name, record_count, sysdate() from (' || counts || ')';
        execute immediate statement;
    end if;
    return counted;
end
$$
