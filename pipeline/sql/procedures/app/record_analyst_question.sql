-- purpose: keep that a question was asked of the assistant, and what came of it, without its words
-- grain: one row per question in OBSERVABILITY.ANALYST_QUESTIONS; returns what came of it
create or replace procedure platform.record_analyst_question(
    audience varchar,
    request_id varchar,
    asked_at timestamp_ntz,
    outcome varchar,
    is_verified boolean,
    seconds float
)
returns varchar
language sql
comment = 'Keeps that a question was asked of the assistant'
execute as owner
as
$$
begin
    insert into observability.analyst_questions (
        asked_at, audience, request_id, outcome, is_verified, seconds
    )
    select :asked_at, :audience, :request_id, :outcome, :is_verified, :seconds;
    return outcome;
end
$$
