-- purpose: make the candidate the model in use, described by a JSON text; the one before is kept
-- grain: one row per model in PLATFORM.CHURN_MODELS
create or replace procedure platform.promote_churn_model(description varchar)
returns varchar
language sql
comment = 'Puts the candidate to use'
execute as caller
as
$$
begin
    begin transaction;
    delete from platform.churn_models
    where name = 'CHURN_MODEL_PREVIOUS';
    update platform.churn_models set name = 'CHURN_MODEL_PREVIOUS'
    where name = 'CHURN_MODEL';
    update platform.churn_models
    set name = 'CHURN_MODEL', description = :description
    where name = 'CHURN_MODEL_CANDIDATE';
    commit;
    return description;
end
$$
