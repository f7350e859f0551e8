-- purpose: turn the features from columns into rows, so that one statement describes the distributions of all of them
-- grain: one row per row of the source and feature in GOLD.CHURN_VALUES, and one per score as feature CHURN_PROBABILITY
-- source and scores are tables, with a condition behind them where needed; scores is NULL where there are none. kinds
-- says which features: level, input (what the model reads) or all.
create or replace procedure platform.write_churn_values(source varchar, scores varchar, kinds varchar)
returns varchar
language sql
comment = 'Turns features from columns into rows'
execute as caller
as
$$
declare
    numbers varchar;
    names varchar;
begin
    -- card types are ordered by credit limit, so they have bins like numbers
    select
        listagg(iff(
            feature = 'CARD_TYPE',
            'decode(card_type, {{ card_ranks_in_text }}, 0)::float as card_type',
            feature
        ), ', ') within group (order by feature),
        listagg(feature, ', ') within group (order by feature)
    into :numbers, :names
    from gold.churn_features
    where :kinds = 'all' or :kinds = iff(kind = 'level', 'level', 'input');
    execute immediate 'create or replace table gold.churn_values as select feature, value from (select ' || numbers
        || ' from ' || source || ') unpivot (value for feature in (' || names
        || '))' || coalesce(' union all select ''CHURN_PROBABILITY'', churn_probability from ' || scores, '');
    return names;
end
$$
