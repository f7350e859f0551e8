-- purpose: say how to list the rows of a table of bronze that its load marked as refused
-- grain: none; returns a query whose rows are refusals, see list_refusals
-- A row is marked by its _batch_id: 'refused: ' and the reason. Names of columns are separated by a comma and a space.
create or replace procedure platform.list_refused_rows(table_name varchar, required_columns varchar)
returns varchar
language sql
comment = 'Returns a query of the rows that a load marked as refused'
execute as caller
as
$$
begin
    return 'select ''' || table_name || ''' as table_name, _source_file as file, _file_row_number as file_row_number, '
        || 'null::varchar as column_name, substr(_batch_id, 10) as error, concat_ws('','', '
        || regexp_replace(required_columns, '([a-z_]+)', 'coalesce(\\1::varchar, '''')') || ') as rejected_record, 1 as refused '
        || 'from bronze.' || table_name || ' where startswith(_batch_id, ''refused: '')';
end
$$
