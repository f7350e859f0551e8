-- purpose: give a churn model of schema GOLD another name
-- grain: one model
-- Snowflake's page writes the new name as text in quotes and without a schema, where every other RENAME takes a plain
-- name that may have one: all four are tried. A name without a schema is one of the current schema.
create or replace procedure platform.rename_churn_model(old_name varchar, new_name varchar)
returns varchar
language sql
comment = 'Renames a model'
execute as caller
as
$$
declare
    statement varchar;
    home varchar;
    spelling varchar;
begin
    statement := 'alter snowflake.ml.classification gold.' || old_name || ' rename to ';
    home := current_schema();
    for attempt in 1 to 4 do
        spelling := case attempt
            when 1 then 'gold.' || new_name
            when 2 then '''gold.' || new_name || ''''
            when 3 then '''' || new_name || ''''
            else new_name
        end;
        begin
            if (attempt > 2) then
                use schema gold;
            end if;
            execute immediate statement || spelling;
            execute immediate 'use schema ' || coalesce(home, 'gold');
            return new_name;
        exception
            when other then
                execute immediate 'use schema ' || coalesce(home, 'gold');
                if (attempt = 4) then
                    raise;
                end if;
        end;
    end for;
end
$$
