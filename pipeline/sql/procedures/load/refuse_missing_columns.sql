-- purpose: fail a load of files that lack a column
-- grain: none; it only raises
-- COPY leaves a column that a file lacks empty in all of its rows. The names are separated by a comma and a space.
create or replace procedure platform.refuse_missing_columns(table_name varchar, required_columns varchar)
returns varchar
language sql
comment = 'Fails where a file that was just copied lacks a column'
execute as caller
as
$$
declare
    missing varchar;
    found varchar;
    problem varchar;
begin
    missing := regexp_replace(required_columns, '([a-z_]+)(, )?', 'iff(count(\\1) = 0, ''\\1 '', '''') || ') || '''''';
    execute immediate 'select _source_file, upper(' || missing || ') as missing from bronze.' || table_name
        || ' where _batch_id is null group by _source_file';
    found := sqlid;
    select listagg(_source_file || ' lacks ' || trim(missing), '; ') within group (order by _source_file) into :problem
    from table(result_scan(:found))
    where missing <> '';
    if (coalesce(problem, '') <> '') then
        problem := 'Columns are missing or empty: ' || problem || '. See docs/data.md for the columns of a file.';
        call platform.refuse_load(:problem);
    end if;
    return required_columns;
end
$$
