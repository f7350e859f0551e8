-- purpose: features of churn on the label date (training, with the label) and on as_of_date (scoring)
-- grain: one row per labelled customer in GOLD.ML_TRAINING_DATA, one per customer in GOLD.CHURN_SCORING_DATA
-- The MD5 of the customer id decides a customer's part, in every run and at every label date: 70 % train the model, 10
-- % choose its threshold, 20 % measure it and have never been seen by any model.
create or replace procedure platform.build_churn_features()
returns varchar
language sql
comment = 'Builds training and scoring features'
execute as caller
as
$$
declare
    run_id varchar;
    as_of date;
    label_date date;
    training_rows integer;
    scoring_rows integer;
begin
    run_id := (call platform.start_step('BUILD_CHURN_FEATURES', null));
    select as_of_date into :as_of
    from observability.pipeline_run_metadata
    where run_id = :run_id and task_name = 'BUILD_CHURN_FEATURES';
    -- where nobody is labelled, the features of the day are there all the same
    select coalesce(max(label_date), least(dateadd('month', -3, :as_of), :as_of - 90)::date) into :label_date
    from gold.churn_labels;
    call platform.write_churn_features(:label_date, 'GOLD.CHURN_LABEL_DATE_FEATURES');
    create or replace table gold.ml_training_data as
    select
        f.*,
        case
            when substr(md5(f.customer_id), 1, 2) < 'b3' then 'TRAIN'
            when substr(md5(f.customer_id), 1, 2) < 'cd' then 'VALIDATION'
            else 'TEST'
        end as part,
        l.label_date,
        l.is_churned,
        l.churn_label
    from gold.churn_label_date_features as f
    inner join gold.churn_labels as l on f.customer_id = l.customer_id;
    drop table gold.churn_label_date_features;
    scoring_rows := (call platform.write_churn_features(:as_of, 'GOLD.CHURN_SCORING_DATA'));
    select count(*) into :training_rows from gold.ml_training_data;
    call platform.finish_step('BUILD_CHURN_FEATURES', :training_rows + :scoring_rows);
    return training_rows || ' rows to train on, ' || scoring_rows || ' to score';
end
$$
