-- purpose: load new transaction files from the bucket, keep refused rows, refuse a load with too many of them
-- grain: one row per delivered transaction in BRONZE_TRANSACTIONS; nothing that is there changes or goes
-- Late rows and repeated ids are appended like all others: the newest load of a transaction wins in silver. The last
-- date in a file's name is the day that the file completes; the newest of them is the run's as_of_date.
create or replace procedure platform.load_transactions()
returns varchar
language sql
comment = 'Loads card transactions from the bucket'
execute as caller
as
$$
declare
    run_id varchar;
    reject_limit float;
    generated integer;
    required_columns varchar default
        'transaction_id, customer_id, transaction_timestamp, amount, merchant_category, status';
    listing varchar;
    csv_copy varchar;
    parquet_copy varchar;
    csv_refusals varchar;
    parquet_refusals varchar;
    refused_rows varchar;
    refusals varchar;
    loaded integer;
    rejected integer;
    is_refused boolean;
    problem varchar;
    as_of date;
begin
    run_id := system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
    reject_limit := system$get_task_graph_config('reject_limit_percent')::float;
    call platform.start_step('LOAD_TRANSACTIONS', null);
    select count(*) into :generated from bronze.bronze_transactions
    where startswith(_batch_id, 'synthetic-');
    if (generated > 0) then
        problem := 'BRONZE_TRANSACTIONS holds generated transactions, and a stack has one source: load files into '
            || 'another stack, or destroy this one first.';
        call platform.refuse_load(:problem);
    end if;
    list @platform.transactions_stage;
    listing := sqlid;
    select listagg("name", ', ') into :problem
    from table(result_scan(:listing))
    where not endswith("name", '/') and not regexp_like("name", '{{ known_format }}');
    if (coalesce(problem, '') <> '') then
        problem := 'Files of no known format: ' || problem || '. Deliver .csv, .csv.gz or .parquet, '
            || 'and take others out by c360 files remove.';
        call platform.refuse_load(:problem);
    end if;
    select listagg("name", ', ') into :problem
    from table(result_scan(:listing))
    where
        not endswith("name", '/')
        and try_to_date(regexp_substr("name", '{{ last_date }}', 1, 1, 'e', 1)) is null;
    if (coalesce(problem, '') <> '') then
        problem := 'No date in the name of ' || problem || ': name a file by the last day that it completes, such as '
            || 'transactions_2025-01-31.csv, and take the old one out by c360 files remove.';
        call platform.refuse_load(:problem);
    end if;
    begin transaction;
    begin
        copy into bronze.bronze_transactions
        from @platform.transactions_stage
        pattern = '.*[.]csv([.]gz)?'
        file_format = (format_name = 'PLATFORM.CSV_FORMAT')
        match_by_column_name = case_insensitive
        include_metadata = (_source_file = metadata$filename, _file_row_number = metadata$file_row_number)
        on_error = continue;
        csv_copy := sqlid;
        copy into bronze.bronze_transactions
        from @platform.transactions_stage
        pattern = '.*[.]parquet'
        file_format = (type = parquet use_logical_type = true)
        match_by_column_name = case_insensitive
        include_metadata = (_source_file = metadata$filename, _file_row_number = metadata$file_row_number)
        on_error = continue;
        parquet_copy := sqlid;
        call platform.refuse_missing_columns('BRONZE_TRANSACTIONS', :required_columns);
        call platform.refuse_long_rows('BRONZE_TRANSACTIONS', 'TRANSACTIONS_STAGE');
        update bronze.bronze_transactions
        set
            _batch_id = case
                when coalesce(trim(transaction_id), '') = '' then 'refused: TRANSACTION_ID is empty'
                when coalesce(trim(customer_id), '') = '' then 'refused: CUSTOMER_ID is empty'
                when transaction_timestamp is null then 'refused: TRANSACTION_TIMESTAMP is empty'
                when transaction_timestamp < '1970-09-01'
                    then
                        'refused: TRANSACTION_TIMESTAMP is '
                        || transaction_timestamp::date
                        || ': digits alone count seconds since 1970'
                when amount is null then 'refused: AMOUNT is empty'
                when amount = 0 then 'refused: AMOUNT is 0'
                when coalesce(status, '') not in ('approved', 'declined')
                    then 'refused: STATUS is ''' || coalesce(status, '') || ''', not approved or declined'
                when coalesce(merchant_category, '') not in ({{ merchant_categories }})
                    then
                        'refused: MERCHANT_CATEGORY is '''
                        || coalesce(merchant_category, '')
                        || ''', none of the {{ category_count }}'
                when transaction_date <> transaction_timestamp::date
                    then 'refused: TRANSACTION_DATE is not the day of TRANSACTION_TIMESTAMP'
                else :run_id
            end,
            _loaded_at = sysdate(),
            transaction_id = trim(transaction_id),
            customer_id = trim(customer_id),
            transaction_date = coalesce(transaction_date, transaction_timestamp::date)
        where _batch_id is null;
        select count(*) into :loaded from bronze.bronze_transactions
        where _batch_id = :run_id;
        csv_refusals := (call platform.list_refusals('BRONZE_TRANSACTIONS', :csv_copy));
        parquet_refusals := (call platform.list_refusals('BRONZE_TRANSACTIONS', :parquet_copy));
        refused_rows := (call platform.list_refused_rows('BRONZE_TRANSACTIONS', :required_columns));
        refused_rows := '(' || refused_rows || ' union all ' || csv_refusals || ' union all ' || parquet_refusals || ')';
        execute immediate 'select coalesce(sum(refused), 0) as rejected from ' || refused_rows;
        refusals := sqlid;
        select rejected into :rejected from table(result_scan(:refusals));
        -- The result of this query outlives a rollback; the load's own record need not. A load of more refusals than these
        -- is refused as a whole.
        execute immediate 'select table_name, file, file_row_number, column_name, error, rejected_record from '
            || refused_rows || ' ORDER BY file, file_row_number LIMIT 200000';
        refusals := sqlid;
        delete from bronze.bronze_transactions
        where startswith(_batch_id, 'refused: ');
        is_refused := 100 * rejected > reject_limit * (loaded + rejected);
        if (is_refused) then
            rollback;
        else
            commit;
        end if;
    exception
        when other then
            rollback;
            raise;
    end;
    call platform.record_refusals(:refusals, 'transaction', :loaded, :rejected, :is_refused);
    -- of files that are there too: one without a row completes a day on which nobody spent
    select max(try_to_date(regexp_substr(file, '{{ last_date }}', 1, 1, 'e', 1))) into :as_of
    from (
        select _source_file as file from bronze.bronze_transactions
        union distinct
        select "name" from table(result_scan(:listing))
        where exists (select 1 from bronze.bronze_transactions)
    ) as files;
    as_of := coalesce(nullif(system$get_task_graph_config('as_of_date')::varchar, '')::date, as_of);
    if (as_of is null) then
        problem := 'There are no transactions: deliver files under transactions/ of the bucket.';
        call platform.refuse_load(:problem);
    end if;
    update observability.pipeline_run_metadata set as_of_date = :as_of
    where run_id = :run_id;
    call platform.finish_step('LOAD_TRANSACTIONS', :loaded);
    let returned varchar := to_varchar(loaded);
    return loaded;
end
$$
