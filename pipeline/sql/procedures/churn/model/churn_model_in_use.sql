-- purpose: say which churn model is in use: what its comment holds, as JSON; NULL where there is none
-- grain: one model, GOLD.CHURN_MODEL
-- A promotion that was interrupted between its two renames is brought to its end first, or taken back.
create or replace procedure platform.churn_model_in_use()
returns varchar
language sql
comment = 'Returns what describes the model in use'
execute as caller
as
$$
declare
    found varchar;
    candidate varchar;
    previous varchar;
    shown varchar;
begin
    show snowflake.ml.classification like 'CHURN_MODEL%' in schema gold;
    shown := sqlid;
    select
        max(iff("name" = 'CHURN_MODEL', "comment", null)),
        max(iff("name" = 'CHURN_MODEL_CANDIDATE', nullif("comment", ''), null)),
        max(iff("name" = 'CHURN_MODEL_PREVIOUS', "comment", null))
    into :found, :candidate, :previous
    from table(result_scan(:shown));
    if (found is null and candidate is not null) then
        -- only a model that has been accepted has a comment
        call platform.rename_churn_model('CHURN_MODEL_CANDIDATE', 'CHURN_MODEL');
        return candidate;
    elseif (found is null and previous is not null) then
        call platform.rename_churn_model('CHURN_MODEL_PREVIOUS', 'CHURN_MODEL');
        return previous;
    end if;
    -- a model that somebody made by hand has no comment of ours, and counts as none
    return nullif(found, '');
end
$$
