-- purpose: mail the incidents of the last minutes to the recipients, if there are any of both
-- grain: one mail per call; returns its text
create or replace procedure platform.report_incidents(
    mail_integration varchar,
    recipients varchar,
    minutes number
)
returns varchar
language sql
comment = 'Mails what somebody should look at'
execute as owner
as
$$
declare
    incidents integer;
    message varchar;
begin
    select
        count(*),
        listagg(incident || ' | ' || subject || ' | ' || description || ' | run ' || coalesce(run_id, '?'), '\n')
        within group (order by happened_at, subject)
    into :incidents, :message
    from observability.v_incidents
    where happened_at > dateadd('minute', -1 * :minutes, sysdate());
    if (incidents = 0) then
        return 'No incidents.';
    end if;
    message := left(message, 100000);
    if (recipients <> '') then
        let subject varchar := 'Customer 360: ' || to_varchar(incidents) || ' incident(s)';
        call system$send_email(:mail_integration, :recipients, :subject, :message);
    end if;
    return message;
end
$$
