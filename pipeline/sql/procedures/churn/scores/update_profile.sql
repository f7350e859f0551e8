-- purpose: write the churn columns of GOLD.CUSTOMER_360_PROFILE from the newest predictions
-- grain: one update per customer; a customer without a prediction fails the step, unless nobody has one
create or replace procedure platform.update_profile()
returns varchar
language sql
comment = 'Writes churn columns into the profile'
execute as caller
as
$$
declare
    updated integer;
    missing integer;
    predicted integer;
    no_prediction exception (-20002, 'Customers of GOLD.CUSTOMER_360_PROFILE have no row in GOLD.CHURN_PREDICTIONS: run PREDICT_CHURN after dbt build.');
begin
    call platform.start_step('UPDATE_PROFILE', null);
    update gold.customer_360_profile
    set
        churn_probability = p.churn_probability,
        churn_prediction = p.churn_prediction,
        churn_risk_category = p.churn_risk_category,
        profile_updated_at = sysdate()
    from gold.churn_predictions as p
    where gold.customer_360_profile.customer_id = p.customer_id;
    updated := sqlrowcount;
    select count_if(churn_probability is null) into :missing from gold.customer_360_profile;
    select count(*) into :predicted from gold.churn_predictions;
    if (missing > 0 and predicted > 0) then
        raise no_prediction;
    end if;
    call platform.finish_step('UPDATE_PROFILE', :updated);
    return updated || ' profiles updated';
end
$$
