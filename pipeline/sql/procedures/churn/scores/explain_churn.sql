-- purpose: say what raises or lowers the probability of churn of every customer for whom it is 5 % or more
-- grain: one row per customer and factor that moves it by a point or more, in GOLD.CHURN_RISK_FACTORS
-- A factor is a group of features that belong together. Its contribution is computed by asking the model again: the
-- customer's probability, less the one it would have if this factor were that of a typical customer who stayed (medians
-- of the active ones in the training part). Contributions do not add up to the probability. Levels are only shown:
-- theirs are typical of the active customers of today, whose season they share.
create or replace procedure platform.explain_churn()
returns varchar
language sql
comment = 'Says what raises or lowers each customer''s probability'
execute as caller
as
$$
declare
    changed varchar;
    typical varchar;
    typical_levels varchar;
    shown varchar;
begin
    select
        listagg('iff(f.factor = ''' || factor || ''', t.' || feature || ', s.' || feature || ') as ' || feature, ', ')
        within group (order by feature),
        listagg(iff(feature = 'CARD_TYPE', 'mode(', 'median(') || feature || ') as ' || feature, ', ')
        within group (order by feature)
    into :changed, :typical
    from gold.churn_features
    where kind <> 'level';
    select
        listagg(iff(kind = 'level', 'median(' || feature || ') as ' || feature, null), ', ')
        within group (order by feature),
        listagg(iff(is_shown, 'when ''' || feature || ''' then v.' || feature, ''), ' ') within group (order by feature)
    into :typical_levels, :shown
    from gold.churn_features;
    execute immediate 'create or replace table gold.churn_typical_customer as select * from (select ' || typical
        || ' from gold.ml_training_data where part = ''TRAIN'' and not is_churned) cross join (select ' || typical_levels
        || ' from gold.churn_scoring_data where days_since_last_transaction < 90)';
    call platform.score_churn(
        'GOLD.CHURN_MODEL',
        '(select s.customer_id, f.factor, ' || :changed
        || ' from gold.churn_scoring_data as s inner join gold.churn_predictions as p on s.customer_id = p.customer_id '
        || 'and p.churn_probability >= 0.05 cross join (select distinct factor from gold.churn_features) as f '
        || 'cross join gold.churn_typical_customer as t)',
        'customer_id, factor',
        'GOLD.CHURN_COUNTERFACTUALS'
    );
    execute immediate 'create or replace table gold.churn_risk_factors as '
        || 'with shown as (select * from gold.churn_features where is_shown), '
        || 'contributions as (select c.customer_id, c.factor, p.churn_probability - c.churn_probability as contribution, '
        || 'p.prediction_date, p.model_version from gold.churn_counterfactuals as c '
        || 'inner join gold.churn_predictions as p on c.customer_id = p.customer_id '
        || 'where abs(p.churn_probability - c.churn_probability) >= 0.01) '
        || 'select c.customer_id, row_number() over (partition by c.customer_id order by c.contribution desc, c.factor) '
        || 'as factor_rank, c.factor, round(c.contribution, 4) as contribution, f.feature, f.label, '
        || 'case f.feature ' || shown || ' end as feature_value, '
        || 'case f.feature ' || replace(shown, ' v.', ' t.') || ' end as typical_value, '
        || 'c.prediction_date, c.model_version from contributions as c '
        || 'inner join shown as f on c.factor = f.factor '
        || 'inner join gold.churn_scoring_data as v on c.customer_id = v.customer_id '
        || 'cross join gold.churn_typical_customer as t';
    drop table gold.churn_counterfactuals;
    drop table gold.churn_typical_customer;
    return 'explained';
end
$$
