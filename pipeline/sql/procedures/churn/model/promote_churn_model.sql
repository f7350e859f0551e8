-- purpose: make GOLD.CHURN_MODEL_CANDIDATE the model in use, described by a JSON comment; the one before is kept
-- grain: one model, GOLD.CHURN_MODEL; the one before is GOLD.CHURN_MODEL_PREVIOUS
-- The comment marks the candidate as accepted before anything moves, so that CHURN_MODEL_IN_USE can finish this.
create or replace procedure platform.promote_churn_model(description varchar)
returns varchar
language sql
comment = 'Puts the candidate to use'
execute as caller
as
$$
declare
    existing integer;
    shown varchar;
begin
    execute immediate 'alter snowflake.ml.classification gold.churn_model_candidate set comment = '''
        || replace(description, '''', '''''') || '''';
    show snowflake.ml.classification like 'CHURN_MODEL' in schema gold;
    shown := sqlid;
    select count(*) into :existing from table(result_scan(:shown));
    if (existing > 0) then
        drop snowflake.ml.classification if exists gold.churn_model_previous;
        call platform.rename_churn_model('CHURN_MODEL', 'CHURN_MODEL_PREVIOUS');
    end if;
    call platform.rename_churn_model('CHURN_MODEL_CANDIDATE', 'CHURN_MODEL');
    return description;
end
$$
