-- purpose: leave the tables of churn scores there and empty, before there is a model
-- grain: no row in GOLD.CHURN_PREDICTIONS and GOLD.CHURN_RISK_FACTORS, whose columns are those that PREDICT_CHURN
-- writes
create or replace procedure platform.predict_nobody()
returns varchar
language sql
comment = 'Empties the churn scores'
execute as caller
as
$$
begin
    create or replace table gold.churn_predictions (
        customer_id varchar,
        churn_probability float,
        churn_prediction boolean,
        churn_risk_category varchar,
        decision_threshold float,
        is_active boolean,
        prediction_date date,
        model_version varchar
    );
    create or replace table gold.churn_risk_factors (
        customer_id varchar,
        factor_rank number(18, 0),
        factor varchar,
        contribution float,
        feature varchar,
        label varchar,
        feature_value float,
        typical_value float,
        prediction_date date,
        model_version varchar
    );
    return 'nobody';
end
$$
