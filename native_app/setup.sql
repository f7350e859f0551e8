-- purpose: make the Native App in the account of who installs it; it is run again with each version
-- grain: code in PLATFORM, a view in GOLD over each table that the consumer chose, a record of exports in OBSERVABILITY
create application role if not exists viewer;

create or alter versioned schema platform;
create schema if not exists gold;
create schema if not exists observability;
grant usage on schema platform to application role viewer;
grant usage on schema observability to application role viewer;

create table if not exists observability.export_log (
    exported_at timestamp_ntz not null,
    user_name varchar,
    audience varchar,
    content varchar,
    row_count number(18, 0),
    has_contact_data boolean
);
grant select on table observability.export_log to application role viewer;

execute immediate from './record_export.sql';

create or replace procedure platform.register_reference(
    ref_name varchar,
    operation varchar,
    ref_or_alias varchar
)
returns varchar
language sql
comment = 'Takes a table that the consumer chose, and shows it to the pages as a view of its name'
execute as owner
as
$$
begin
    case (operation)
        when 'ADD' then
            -- Refuses a name that the manifest does not have, so that what follows is one of its names.
            select system$set_reference(:ref_name, :ref_or_alias);
            execute immediate 'create or replace view gold.' || ref_name || ' as select * from reference(''' || ref_name || ''')';
        when 'REMOVE' then
            select system$remove_reference(:ref_name, :ref_or_alias);
            execute immediate 'drop view if exists gold.' || ref_name;
        when 'CLEAR' then
            select system$remove_all_references(:ref_name);
            execute immediate 'drop view if exists gold.' || ref_name;
        else
            return 'Unknown operation: ' || operation;
    end case;
    return operation || ' ' || ref_name;
end
$$;
grant usage on procedure platform.register_reference(varchar, varchar, varchar) to application role viewer;

create or replace streamlit platform.customer_360 from '/streamlit' main_file = '/consumers.py';
grant usage on streamlit platform.customer_360 to application role viewer;
