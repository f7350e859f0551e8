-- purpose: say how to list the rows that a COPY INTO a table of bronze refused
-- grain: none; returns a query whose rows are refusals: table_name, file, file_row_number, column_name, error,
-- rejected_record, and refused, the number of rows that a refusal stands for. COPY itself counts the rows that it
-- refused, and describes the first one of each file. VALIDATE describes all of them, but no page says that it can where
-- COPY matched columns by name: it is believed only where it finds as many as COPY.
create or replace procedure platform.list_refusals(table_name varchar, copy_id varchar)
returns varchar
language sql
comment = 'Returns a query of the rows that a COPY refused'
execute as caller
as
$$
declare
    files integer;
    counted integer;
    found integer;
    counting varchar;
    validated varchar;
begin
    -- where there is no new file, COPY's result is one sentence, in the column status, without any other column
    select count_if("status" not like 'Copy executed with 0 files%') into :files from table(result_scan(:copy_id));
    if (files > 0) then
        select sum("errors_seen") into :counted from table(result_scan(:copy_id));
    end if;
    if (coalesce(counted, 0) = 0) then
        return 'select null::varchar as table_name, null::varchar as file, null::integer as file_row_number, '
            || 'null::varchar as column_name, null::varchar as error, null::varchar as rejected_record, 0 as refused where false';
    end if;
    validated := '(select file, row_number as file_row_number, column_name, error, rejected_record, '
        || 'iff(row_number() over (partition by file, row_number order by error) = 1, 1, 0) as refused '
        || 'from table(validate(bronze.' || table_name || ', job_id => ''' || copy_id || ''')))';
    begin
        execute immediate 'select sum(refused) as found from ' || validated;
        counting := sqlid;
        select found into :found from table(result_scan(:counting));
    exception
        when other then
            found := null;
    end;
    if (found = counted) then
        -- of a column called "BRONZE_CUSTOMERS"["CITY":7] its own name is enough
        return 'select ''' || table_name || ''' as table_name, file, file_row_number, coalesce(nullif(split_part('
            || 'split_part(column_name, ''["'', 2), ''":'', 1), ''''), column_name) as column_name, error, rejected_record, '
            || 'refused from ' || validated;
    end if;
    return 'select ''' || table_name || ''' as table_name, "file" as file, null::integer as file_row_number, '
        || 'null::varchar as column_name, "errors_seen" || '' rows, the first in line '' || coalesce("first_error_line", 0) '
        || '|| '': '' || "first_error" as error, null::varchar as rejected_record, "errors_seen" as refused '
        || 'from table(result_scan(''' || copy_id || ''')) where "errors_seen" > 0';
end
$$
