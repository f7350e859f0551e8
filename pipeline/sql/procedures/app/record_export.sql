-- purpose: keep who took data out of the app
-- grain: one row per download in OBSERVABILITY.EXPORT_LOG; returns the rows that were taken
create or replace procedure platform.record_export(
    viewer varchar,
    audience varchar,
    content varchar,
    row_count number,
    has_contact_data boolean
)
returns number
language sql
comment = 'Keeps who took which data out of the app'
execute as owner
as
$$
begin
    insert into observability.export_log (
        exported_at, user_name, audience, content, row_count, has_contact_data
    )
    select sysdate(), :viewer, :audience, :content, :row_count, :has_contact_data;
    return row_count;
end
$$
