-- purpose: mark as refused the rows of CSV files that were just copied and have more fields than the file has columns
-- grain: none; returns the number of such rows
-- COPY that matches columns by name needs ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE, and so cuts what stands behind the
-- last column: 1,234.50 without quotes would be an amount of 1. A query of the files counts their fields; it reads by
-- position, its row 1 is the header, and it fails where quotes do not match, so that nobody knows where a row ends.
create or replace procedure platform.refuse_long_rows(table_name varchar, stage_name varchar)
returns number
language sql
comment = 'Marks rows with more fields than their file has columns'
execute as caller
as
$$
declare
    names varchar;
    field_count varchar;
    last_field varchar;
    fields varchar;
    counting varchar;
    found integer default 0;
    problem varchar;
begin
    execute immediate 'select listagg(distinct regexp_replace(regexp_replace(_source_file, ''.*/'', ''''), '
        || '''[^A-Za-z0-9_-]'', ''.''), ''|'') as names from bronze.' || table_name
        || ' where _batch_id is null and not endswith(_source_file, ''.parquet'')';
    counting := sqlid;
    select names into :names from table(result_scan(:counting));
    if (coalesce(names, '') = '') then
        return 0;
    end if;
    -- a file of more columns than these is refused below
    select
        'case ' || listagg('when $' || n || ' is not null then ' || n, ' ') within group (order by n desc) || ' end',
        'coalesce(' || listagg('$' || n, ', ') within group (order by n desc) || ')'
    into :field_count, :last_field
    from (select row_number() over (order by seq4()) as n from table(generator(rowcount => 100))) as numbers;
    fields := '(select metadata$filename as file, metadata$file_row_number - 1 as file_row_number, '
        || field_count || ' as field_count, ' || last_field || ' as last_field from @platform.' || stage_name
        || ' (file_format => ''PLATFORM.FIELDS_FORMAT'', pattern => ''(.*/)?(' || names || ')''))';
    begin
        execute immediate 'select fields.file, fields.file_row_number, headers.field_count as column_count, '
            || '''refused: '' || fields.field_count || '' fields, but the header has '' || headers.field_count || '': '''''' '
            || '|| fields.last_field || '''''' stands behind the last column, '' || upper(headers.last_field) '
            || '|| ''; a value that holds a comma needs quotes'' as problem from ' || fields || ' as fields inner join '
            || fields || ' as headers on fields.file = headers.file and headers.file_row_number = 0 '
            || 'where fields.field_count > headers.field_count or headers.field_count = 100';
        counting := sqlid;
    exception
        when other then
            problem := 'A file cannot be read to its end: ' || sqlerrm || '. Nothing was loaded: mend the file, run again.';
    end;
    if (problem is not null) then
        call platform.refuse_load(:problem);
    end if;
    select count(*), max(iff(column_count = 100, file, null)) into :found, :problem from table(result_scan(:counting));
    if (problem is not null) then
        problem := problem || ' has 100 columns or more: deliver fewer.';
        call platform.refuse_load(:problem);
    end if;
    if (found > 0) then
        execute immediate 'update bronze.' || table_name || ' set _batch_id = found.problem from table(result_scan('''
            || counting || ''')) as found where _batch_id is null and _source_file = found.file '
            || 'and _file_row_number = found.file_row_number';
    end if;
    return found;
end
$$
