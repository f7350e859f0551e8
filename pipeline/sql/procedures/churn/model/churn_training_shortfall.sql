-- purpose: say why GOLD.ML_TRAINING_DATA is too small to train and measure a churn model; NULL where it is not
-- grain: one value
-- A fifth of the training part measures the training itself, so a class needs five customers there; a model that no
-- customer of a class tests has no figures. A first delivery of few customers, of less than half a year or without
-- anyone who left is no mistake: the platform is right without probabilities until there is more.
create or replace procedure platform.churn_training_shortfall()
returns varchar
language sql
comment = 'Says why there is too little to train a churn model on'
execute as caller
as
$$
declare
    shortfall varchar;
begin
    select
        iff(
            count_if(part = 'TRAIN' and is_churned) >= 5 and count_if(part = 'TRAIN' and not is_churned) >= 5
            and count_if(part = 'TEST' and is_churned) >= 1 and count_if(part = 'TEST' and not is_churned) >= 1,
            null,
            'No churn model was trained: of ' || count(*) || ' labelled customers ' || count_if(is_churned)
            || ' churned, and training takes at least 5 of either kind, and testing 1 more of either. Churn columns stay '
            || 'empty until then; labels need half a year of transactions.'
        )
    into :shortfall
    from gold.ml_training_data;
    return shortfall;
end
$$
