-- purpose: one checksum over every feature and label of GOLD.ML_TRAINING_DATA, whatever the order of its rows
-- grain: one value
create or replace procedure platform.checksum_churn_training()
returns varchar
language sql
comment = 'Returns a checksum of the training data'
execute as caller
as
$$
declare
    columns_text varchar;
    checksum varchar;
begin
    select listagg(feature || '::varchar', ', ') within group (order by feature) into :columns_text
    from gold.churn_features;
    let found resultset := (execute immediate
        'select md5(listagg(bucket_checksum, '''') within group (order by bucket)) as checksum from ('
        || 'select substr(row_checksum, 1, 2) as bucket, '
        || 'md5(listagg(row_checksum, '''') within group (order by row_checksum)) as bucket_checksum from ('
        || 'select md5(concat_ws(''|'', customer_id, label_date::varchar, churn_label, ' || columns_text
        || ')) as row_checksum from gold.ml_training_data) group by 1)');
    for line in found do
        checksum := line.checksum;
    end for;
    return checksum;
end
$$
