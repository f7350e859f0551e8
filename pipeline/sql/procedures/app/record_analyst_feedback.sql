-- purpose: keep what a reader thinks of an answer of the assistant; a second verdict takes the place of the first
-- grain: one row per answer in OBSERVABILITY.ANALYST_FEEDBACK; returns its id
create or replace procedure platform.record_analyst_feedback(
    viewer varchar,
    request_id varchar,
    asked_at timestamp_ntz,
    question varchar,
    generated_sql varchar,
    is_positive boolean,
    remark varchar
)
returns varchar
language sql
comment = 'Keeps a verdict on an answer of the assistant'
execute as owner
as
$$
begin
    merge into observability.analyst_feedback as kept
    using (
        select
            :request_id as feedback_id,
            :asked_at as asked_at,
            :viewer as user_name,
            :question as question,
            :generated_sql as generated_sql,
            :is_positive as is_positive,
            :remark as comment
    ) as given
        on kept.feedback_id = given.feedback_id
    when matched then
        update set
            user_name = given.user_name,
            is_positive = given.is_positive,
            comment = given.comment
    when not matched then
        insert (feedback_id, asked_at, user_name, question, generated_sql, is_positive, comment)
        values (
            given.feedback_id, given.asked_at, given.user_name, given.question, given.generated_sql,
            given.is_positive, given.comment
        );
    return request_id;
end
$$
