-- purpose: give a churn model of schema GOLD another name
-- grain: one model
-- Snowflake's page writes the new name as text in quotes, where every other RENAME takes a plain name: both are tried.
create or replace procedure platform.rename_churn_model(old_name varchar, new_name varchar)
returns varchar
language sql
comment = 'Renames a model'
execute as caller
as
$$
begin
    begin
        execute immediate 'alter snowflake.ml.classification gold.' || old_name || ' rename to gold.' || new_name;
    exception
        when other then
            execute immediate 'alter snowflake.ml.classification gold.' || old_name || ' rename to ''gold.' || new_name || '''';
    end;
    return new_name;
end
$$
