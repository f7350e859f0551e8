-- purpose: say which churn model is in use: its description as JSON; NULL where there is none
-- grain: one model, row CHURN_MODEL of PLATFORM.CHURN_MODELS, where the models are kept without
-- SNOWFLAKE.ML.CLASSIFICATION
create or replace procedure platform.churn_model_in_use()
returns varchar
language sql
comment = 'Returns what describes the model in use'
execute as caller
as
$$
declare
    found varchar;
begin
    create table if not exists platform.churn_models (
        name varchar not null, description varchar, model varchar, trained_at timestamp_ntz
    );
    select max(description) into :found from platform.churn_models
    where name = 'CHURN_MODEL';
    return found;
end
$$
