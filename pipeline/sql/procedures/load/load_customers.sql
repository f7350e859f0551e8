-- purpose: load new and replaced customer files from the bucket, keep refused rows, refuse a load with too many of them
-- grain: one row per customer in BRONZE_CUSTOMERS, one per change in BRONZE_CUSTOMER_CHANGES
-- Both tables are loaded in one transaction: a load that fails leaves nothing behind, not even half of it. Files whose
-- name says customer_changes hold changes, all others whose name says customers hold customers.
create or replace procedure platform.load_customers()
returns varchar
language sql
comment = 'Loads customers and their changes from the bucket'
execute as caller
as
$$
declare
    run_id varchar;
    source varchar;
    loaded_at timestamp_ntz;
    reject_limit float;
    listing varchar;
    customer_columns varchar default
        'customer_id, name, email, phone, date_of_birth, account_open_date, credit_limit, card_type, city, state, zip_code';
    change_columns varchar default 'customer_id, change_date, credit_limit, card_type, city, state, zip_code';
    customers_copy varchar;
    customers_parquet_copy varchar;
    changes_copy varchar;
    changes_parquet_copy varchar;
    customers_refused varchar;
    changes_refused varchar;
    customers_refusals varchar;
    customers_parquet_refusals varchar;
    changes_refusals varchar;
    changes_parquet_refusals varchar;
    refusals varchar;
    loaded integer;
    rejected integer;
    is_refused boolean;
    problem varchar;
begin
    run_id := system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
    reject_limit := system$get_task_graph_config('reject_limit_percent')::float;
    call platform.start_step('LOAD_CUSTOMERS', null);
    list @platform.customers_stage;
    listing := sqlid;
    select listagg("name", ', ') into :problem
    from table(result_scan(:listing))
    where
        not endswith("name", '/')
        and not regexp_like("name", '{{ customer_file }}');
    if (coalesce(problem, '') <> '') then
        problem := 'Neither customers nor changes: ' || problem || '. Name files customers*.csv or '
            || 'customer_changes*.csv (also .csv.gz or .parquet), and take others out by c360 files remove.';
        call platform.refuse_load(:problem);
    end if;
    source := system$get_task_graph_config('source')::varchar;
    loaded_at := sysdate();
    begin transaction;
    begin
        copy into bronze.bronze_customers
        from @platform.customers_stage
        pattern = '.*customers[^/]*[.]csv([.]gz)?'
        file_format = (format_name = 'PLATFORM.CSV_FORMAT')
        match_by_column_name = case_insensitive
        include_metadata = (_source_file = metadata$filename, _file_row_number = metadata$file_row_number)
        on_error = continue;
        customers_copy := sqlid;
        copy into bronze.bronze_customers
        from @platform.customers_stage
        pattern = '.*customers[^/]*[.]parquet'
        file_format = (type = parquet use_logical_type = true)
        match_by_column_name = case_insensitive
        include_metadata = (_source_file = metadata$filename, _file_row_number = metadata$file_row_number)
        on_error = continue;
        customers_parquet_copy := sqlid;
        copy into bronze.bronze_customer_changes
        from @platform.customers_stage
        pattern = '.*customer_changes[^/]*[.]csv([.]gz)?'
        file_format = (format_name = 'PLATFORM.CSV_FORMAT')
        match_by_column_name = case_insensitive
        include_metadata = (_source_file = metadata$filename, _file_row_number = metadata$file_row_number)
        on_error = continue;
        changes_copy := sqlid;
        copy into bronze.bronze_customer_changes
        from @platform.customers_stage
        pattern = '.*customer_changes[^/]*[.]parquet'
        file_format = (type = parquet use_logical_type = true)
        match_by_column_name = case_insensitive
        include_metadata = (_source_file = metadata$filename, _file_row_number = metadata$file_row_number)
        on_error = continue;
        changes_parquet_copy := sqlid;
        call platform.refuse_missing_columns('BRONZE_CUSTOMERS', :customer_columns);
        call platform.refuse_missing_columns('BRONZE_CUSTOMER_CHANGES', :change_columns);
        -- the generator writes as many fields as columns
        if (source = 'files') then
            call platform.refuse_long_rows('BRONZE_CUSTOMERS', 'CUSTOMERS_STAGE');
            call platform.refuse_long_rows('BRONZE_CUSTOMER_CHANGES', 'CUSTOMERS_STAGE');
        end if;
        update bronze.bronze_customers
        set
            _batch_id = case
                when coalesce(trim(customer_id), '') = '' then 'refused: CUSTOMER_ID is empty'
                when name is null then 'refused: NAME is empty'
                when email is null then 'refused: EMAIL is empty'
                when phone is null then 'refused: PHONE is empty'
                when date_of_birth is null then 'refused: DATE_OF_BIRTH is empty'
                when account_open_date is null then 'refused: ACCOUNT_OPEN_DATE is empty'
                when account_open_date < '1970-09-01'
                    then 'refused: ACCOUNT_OPEN_DATE is ' || account_open_date || ': digits alone count seconds since 1970'
                when coalesce(credit_limit, 0) <= 0 then 'refused: CREDIT_LIMIT is empty, or not above 0'
                when coalesce(card_type, '') not in ({{ card_types }})
                    then 'refused: CARD_TYPE is ''' || coalesce(card_type, '') || ''', not {{ card_types_in_words }}'
                when city is null then 'refused: CITY is empty'
                when state is null then 'refused: STATE is empty'
                when zip_code is null then 'refused: ZIP_CODE is empty'
                else :run_id
            end,
            _loaded_at = :loaded_at,
            customer_id = trim(customer_id)
        where _batch_id is null;
        update bronze.bronze_customer_changes
        set
            _batch_id = case
                when coalesce(trim(customer_id), '') = '' then 'refused: CUSTOMER_ID is empty'
                when change_date is null then 'refused: CHANGE_DATE is empty'
                when change_date < '1970-09-01'
                    then 'refused: CHANGE_DATE is ' || change_date || ': digits alone count seconds since 1970'
                when coalesce(credit_limit, 0) <= 0 then 'refused: CREDIT_LIMIT is empty, or not above 0'
                when coalesce(card_type, '') not in ({{ card_types }})
                    then 'refused: CARD_TYPE is ''' || coalesce(card_type, '') || ''', not {{ card_types_in_words }}'
                when city is null then 'refused: CITY is empty'
                when state is null then 'refused: STATE is empty'
                when zip_code is null then 'refused: ZIP_CODE is empty'
                else :run_id
            end,
            _loaded_at = :loaded_at,
            customer_id = trim(customer_id)
        where _batch_id is null;
        -- A file that was replaced in the bucket replaces its rows; one of an issuer's the rows of whom it delivers. Who is
        -- missing from that has left, and stays as last known, with the changes so far: past transactions need a customer.
        delete from bronze.bronze_customers
        where
            _loaded_at < :loaded_at
            and (_source_file, iff(:source = 'files', customer_id, '')) in (
                select
                    _source_file,
                    iff(:source = 'files', customer_id, '') as customer_id
                from bronze.bronze_customers
                where _batch_id = :run_id and _loaded_at = :loaded_at
            );
        delete from bronze.bronze_customer_changes
        where
            _loaded_at < :loaded_at
            and _source_file in (
                select distinct _source_file from bronze.bronze_customer_changes
                where _loaded_at = :loaded_at
            )
            and customer_id not in (
                select customer_id
                from (
                    select
                        customer_id,
                        _loaded_at,
                        max(_loaded_at) over (partition by _source_file) as file_loaded_at
                    from bronze.bronze_customers
                ) as deliveries
                where _loaded_at < file_loaded_at
            );
        customers_refused := (call platform.list_refused_rows('BRONZE_CUSTOMERS', :customer_columns));
        changes_refused := (call platform.list_refused_rows('BRONZE_CUSTOMER_CHANGES', :change_columns));
        customers_refusals := (call platform.list_refusals('BRONZE_CUSTOMERS', :customers_copy));
        customers_parquet_refusals := (call platform.list_refusals('BRONZE_CUSTOMERS', :customers_parquet_copy));
        changes_refusals := (call platform.list_refusals('BRONZE_CUSTOMER_CHANGES', :changes_copy));
        changes_parquet_refusals := (call platform.list_refusals('BRONZE_CUSTOMER_CHANGES', :changes_parquet_copy));
        -- The result of this query outlives a rollback; the load's own record need not.
        execute immediate customers_refused || ' union all ' || changes_refused
            || ' union all ' || customers_refusals || ' union all ' || customers_parquet_refusals
            || ' union all ' || changes_refusals || ' union all ' || changes_parquet_refusals;
        refusals := sqlid;
        select coalesce(sum(refused), 0) into :rejected from table(result_scan(:refusals));
        select count(*) into :loaded
        from (
            select customer_id from bronze.bronze_customers
            where _batch_id = :run_id
            union all
            select customer_id from bronze.bronze_customer_changes
            where _batch_id = :run_id
        ) as accepted;
        delete from bronze.bronze_customers
        where startswith(_batch_id, 'refused: ');
        delete from bronze.bronze_customer_changes
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
    call platform.record_refusals(:refusals, 'customer', :loaded, :rejected, :is_refused);
    call platform.finish_step('LOAD_CUSTOMERS', :loaded);
    let returned varchar := to_varchar(loaded);
    return loaded;
end
$$
