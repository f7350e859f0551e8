-- purpose: write the probability of churn of every row of a source, as a model of this schema sees it
-- grain: one row per row of the source in the table that target_table names: the key columns and churn_probability
-- source is a table or a query in parentheses; key_columns are separated by commas.
create or replace procedure platform.score_churn(
    model_name varchar,
    source varchar,
    key_columns varchar,
    target_table varchar
)
returns varchar
language sql
comment = 'Writes a model''s probabilities for a table or query into a table'
execute as caller
as
$$
begin
    execute immediate 'create or replace table ' || target_table || ' as select ' || key_columns
        || ', prediction:probability:CHURNED::float as churn_probability from (select ' || key_columns || ', ' || model_name
        || '!predict(input_data => {*}) as prediction from ' || source || ')';
    return target_table;
end
$$
