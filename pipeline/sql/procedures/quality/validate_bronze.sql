-- purpose: measure the quality of the bronze tables and stop the run where an error-severity check fails
-- grain: one row per run and check in OBSERVABILITY.DATA_QUALITY_METRICS
create or replace procedure platform.validate_bronze()
returns varchar
language sql
comment = 'Checks the bronze tables'
execute as caller
as
$$
declare
    run_id varchar;
    as_of_date date;
    source varchar;
    failed_checks varchar;
    checks integer;
begin
    run_id := system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
    source := system$get_task_graph_config('source');
    call platform.start_step('VALIDATE_BRONZE', null);
    select max(run.as_of_date) into :as_of_date
    from observability.pipeline_run_metadata as run
    where run.run_id = :run_id and run.task_name = 'RUN_PIPELINE';
    delete from observability.data_quality_metrics
    where run_id = :run_id and layer = 'BRONZE';
    insert into observability.data_quality_metrics (
        run_id, layer, table_name, check_name, check_type, status, observed_value, expected, failed_rows, details,
        measured_at
    )
    with customers as (
        select
            count(*) as row_count,
            -- a customer comes again in other files, and in a file that is replaced
            count(*) - count(distinct customer_id, coalesce(_source_file, ''), _loaded_at) as repeated,
            count_if(
                customer_id is null or name is null or email is null or phone is null or date_of_birth is null
                or account_open_date is null or credit_limit is null or card_type is null
                or city is null or state is null or zip_code is null
                -- only generated customers have a persona
                or (segment is null and :source = 'synthetic')
            ) as incomplete,
            count_if(credit_limit not between {{ least_limit }} and {{ greatest_limit }}) as limit_outside,
            count_if(card_type not in ({{ card_types }})) as card_unknown,
            count_if(segment not in ({{ segment_names }})) as segment_unknown,
            count_if(email not like '%_@_%._%') as email_malformed,
            count_if(account_open_date > :as_of_date) as opened_later,
            count_if(dateadd('year', 18, date_of_birth) > account_open_date) as minors
        from bronze.bronze_customers
    ),

    opened as (
        select customer_id, min(account_open_date) as account_open_date, min(segment) as segment
        from bronze.bronze_customers
        group by customer_id
    ),

    -- whom the file that brought them does not bring any more
    leavers as (
        select count(*) as row_count, left(listagg(customer_id, ', ') within group (order by customer_id), 200) as ids
        from (
            select customer_id, _loaded_at, max(_loaded_at) over (partition by _source_file) as file_loaded_at
            from bronze.bronze_customers
        ) as deliveries
        where _loaded_at < file_loaded_at
    ),

    population as (
        select count(*) as customers
        from opened
    ),

    personas as (
        select *
        from (
            values
            -- see pipeline/personas.py
            {{ persona_amounts }}
        ) as v (segment, least_amount, greatest_amount)
    ),

    changes as (
        select
            count(*) as row_count,
            count_if(o.customer_id is null) as orphans,
            count_if(c.change_date < o.account_open_date) as before_opening,
            count_if(c.credit_limit not between {{ least_limit }} and {{ greatest_limit }}) as limit_outside
        from bronze.bronze_customer_changes as c
        left join opened as o on c.customer_id = o.customer_id
    ),

    -- the one pass over the transactions
    spending as (
        select
            customer_id,
            count(*) as row_count,
            min(transaction_date) as first_date,
            max(transaction_date) as last_date,
            min(abs(amount)) as least_amount,
            max(abs(amount)) as greatest_amount,
            count_if(amount = 0) as zero_amounts,
            count_if(status = 'declined') as declined,
            count_if(
                transaction_id is null or transaction_timestamp is null or transaction_date is null or amount is null
                or merchant_category is null or status is null
            ) as incomplete,
            count_if(status not in ('approved', 'declined')) as status_unknown,
            count_if(transaction_timestamp::date <> transaction_date) as date_differs
        from bronze.bronze_transactions
        group by customer_id
    ),

    transactions as (
        select
            coalesce(sum(s.row_count), 0) as row_count,
            coalesce(sum(s.declined), 0) as declined,
            coalesce(sum(s.incomplete), 0) as incomplete,
            coalesce(sum(s.status_unknown), 0) as status_unknown,
            coalesce(sum(s.date_differs), 0) as date_differs,
            count_if(s.last_date > :as_of_date) as too_late,
            coalesce(sum(s.zero_amounts), 0) as zero_amounts,
            count_if(s.least_amount < p.least_amount or s.greatest_amount > p.greatest_amount) as amount_outside,
            max(s.last_date) as last_date,
            count(o.customer_id) as spenders,
            coalesce(max(s.row_count), 0) as most_rows
        from spending as s
        left join opened as o on s.customer_id = o.customer_id
        left join personas as p on o.segment = p.segment
    ),

    -- Bronze keeps what a newer load of the same transaction corrected: only the newest one has to fit a customer. Ids are
    -- looked up where something does not fit at all, which is rare.
    unfitting as (
        select s.customer_id, o.account_open_date
        from spending as s
        left join opened as o on s.customer_id = o.customer_id
        where o.customer_id is null or s.first_date < o.account_open_date
    ),

    doubtful as (
        select distinct t.transaction_id
        from bronze.bronze_transactions as t
        inner join unfitting as u
            on
                t.customer_id is not distinct from u.customer_id
                and t.transaction_date < coalesce(u.account_open_date, '9999-12-31'::date)
    ),

    standing as (
        select t.customer_id, t.transaction_date
        from bronze.bronze_transactions as t
        inner join doubtful as d on t.transaction_id is not distinct from d.transaction_id
        qualify
            -- the order of the macro newest_load_first, by which silver chooses
            row_number() over (
                partition by t.transaction_id
                order by
                    t._loaded_at desc,
                    try_to_date(
                        regexp_substr(t._source_file, '.*([0-9]{4}-[0-9]{2}-[0-9]{2})', 1, 1, 'e', 1)
                    ) desc nulls last,
                    t._source_file desc nulls last,
                    t._file_row_number desc nulls last
            ) = 1
    ),

    misfits as (
        select
            count_if(o.customer_id is null) as orphans,
            left(listagg(distinct iff(o.customer_id is null, s.customer_id, null), ', '), 200) as unknown_ids,
            count(distinct iff(s.transaction_date < o.account_open_date, s.customer_id, null)) as before_opening
        from standing as s
        left join opened as o on s.customer_id = o.customer_id
    ),

    category_counts as (
        select merchant_category, count(*) as row_count
        from bronze.bronze_transactions
        group by merchant_category
    ),

    categories as (
        select
            coalesce(sum(iff(is_known, 0, row_count)), 0) as unknown,
            {{ category_count }} - count_if(is_known and share_percent between 0.2 and 25) as unusual
        from (
            select
                row_count,
                100 * row_count / nullif(sum(row_count) over (), 0) as share_percent,
                merchant_category in ({{ merchant_categories }}) as is_known
            from category_counts
        ) as counted
    ),

    coverage as (
        select
            datediff('month', min(transaction_date), max(transaction_date)) + 1
            - count(distinct date_trunc('month', transaction_date)) as months_missing,
            30 - count(distinct iff(transaction_date > :as_of_date - 30, transaction_date, null)) as days_missing
        from bronze.bronze_transactions
        where transaction_date <= :as_of_date
    ),

    -- Ids of generated rows are consecutive numbers; those that files brought in this run are looked up in all rows.
    repeated as (
        select count(*) - count(distinct all_rows.transaction_id) as repeated
        from bronze.bronze_transactions as all_rows
        where all_rows.transaction_id in (
            select newest.transaction_id from bronze.bronze_transactions as newest
            where newest._batch_id = :run_id
        )
    ),

    refused as (
        select table_name, count(*) as row_count
        from observability.rejected_rows
        where run_id = :run_id
        group by table_name
    ),

    measured as (
        select
            'BRONZE_CUSTOMERS' as table_name, 'customers_exist' as check_name, 'volume' as check_type,
            'ERROR' as severity, row_count as observed, '> 0' as expected, iff(row_count = 0, 1, 0) as failed_rows
        from customers
        union all
        select 'BRONZE_CUSTOMERS', 'customer_id_is_unique', 'uniqueness', 'WARN', repeated, '0', repeated
        from customers
        union all
        select 'BRONZE_CUSTOMERS', 'required_values', 'completeness', 'ERROR', incomplete, '0', incomplete
        from customers
        union all
        select
            'BRONZE_CUSTOMERS', 'credit_limit_in_range', 'validity',
            iff(:source = 'synthetic', 'ERROR', 'WARN'), limit_outside,
            '{{ least_limit }} to {{ greatest_limit }}', limit_outside
        from customers
        union all
        select
            'BRONZE_CUSTOMERS', 'card_type_known', 'validity', 'ERROR', card_unknown,
            '{{ card_type_count }} card types', card_unknown
        from customers
        union all
        select
            'BRONZE_CUSTOMERS', 'segment_known', 'validity', 'ERROR', segment_unknown,
            '{{ segment_count }} segments', segment_unknown
        from customers
        union all
        select
            'BRONZE_CUSTOMERS', 'customers_are_still_delivered', 'completeness', 'WARN', row_count,
            '0' || iff(row_count > 0, ', not ' || ids, ''), row_count
        from leavers
        union all
        select 'BRONZE_CUSTOMERS', 'email_well_formed', 'validity', 'WARN', email_malformed, '0', email_malformed
        from customers
        union all
        select 'BRONZE_CUSTOMERS', 'opened_by_as_of_date', 'validity', 'WARN', opened_later, '0', opened_later
        from customers
        union all
        select 'BRONZE_CUSTOMERS', 'adult_at_opening', 'validity', 'WARN', minors, '0', minors
        from customers
        union all
        select 'BRONZE_CUSTOMER_CHANGES', 'customer_exists', 'relationship', 'WARN', orphans, '0', orphans
        from changes
        union all
        select 'BRONZE_CUSTOMER_CHANGES', 'not_before_opening', 'consistency', 'WARN', before_opening, '0', before_opening
        from changes
        union all
        select
            'BRONZE_CUSTOMER_CHANGES', 'credit_limit_in_range', 'validity',
            iff(:source = 'synthetic', 'ERROR', 'WARN'), limit_outside,
            '{{ least_limit }} to {{ greatest_limit }}', limit_outside
        from changes
        union all
        select 'BRONZE_TRANSACTIONS', 'transactions_exist', 'volume', 'ERROR', row_count, '> 0', iff(row_count = 0, 1, 0)
        from transactions
        union all
        select 'BRONZE_TRANSACTIONS', 'required_values', 'completeness', 'ERROR', incomplete, '0', incomplete
        from transactions
        union all
        select
            'BRONZE_TRANSACTIONS', 'customer_exists', 'relationship', 'ERROR', orphans,
            '0' || iff(orphans > 0, ', not of ' || unknown_ids, ''), orphans
        from misfits
        union all
        select
            'BRONZE_TRANSACTIONS', 'not_before_opening', 'consistency',
            'ERROR', before_opening, '0 customers', before_opening
        from misfits
        union all
        select 'BRONZE_TRANSACTIONS', 'not_after_as_of_date', 'consistency', 'WARN', too_late, '0 customers', too_late
        from transactions
        union all
        select 'BRONZE_TRANSACTIONS', 'date_is_that_of_timestamp', 'consistency', 'ERROR', date_differs, '0', date_differs
        from transactions
        union all
        select 'BRONZE_TRANSACTIONS', 'amount_is_not_zero', 'validity', 'WARN', zero_amounts, '0', zero_amounts
        from transactions
        union all
        select
            'BRONZE_TRANSACTIONS', 'amount_in_range_of_segment', 'distribution',
            'WARN', amount_outside, '0 customers', amount_outside
        from transactions
        union all
        select
            'BRONZE_TRANSACTIONS', 'status_known', 'validity',
            'ERROR', status_unknown, 'approved or declined', status_unknown
        from transactions
        union all
        select
            'BRONZE_TRANSACTIONS', 'merchant_category_known', 'validity',
            'ERROR', unknown, '{{ category_count }} categories', unknown
        from categories
        union all
        select
            'BRONZE_TRANSACTIONS', 'declined_percent', 'distribution', 'WARN', declined * 100.0 / greatest(1, row_count),
            '2 to 4', iff(declined * 100.0 / greatest(1, row_count) between 2 and 4, 0, 1)
        from transactions
        union all
        select
            'BRONZE_TRANSACTIONS', 'transaction_count', 'volume', 'ERROR', t.row_count,
            iff(
                :source = 'synthetic',
                (o.customers * {{ transactions_per_customer }})::varchar || ', {{ transactions_per_customer }} a customer',
                'any'
            ),
            iff(:source = 'synthetic', abs(t.row_count - o.customers * {{ transactions_per_customer }}), 0)
        from transactions as t
        cross join population as o
        union all
        select 'BRONZE_TRANSACTIONS', 'transaction_id_is_unique', 'uniqueness', 'WARN', repeated, '0', repeated
        from repeated
        union all
        select
            'BRONZE_TRANSACTIONS', 'every_month_has_transactions', 'completeness', 'WARN', months_missing, '0 without',
            coalesce(months_missing, 0)
        from coverage
        union all
        select
            'BRONZE_TRANSACTIONS', 'each_of_the_last_30_days_has_transactions', 'completeness', 'WARN', days_missing,
            '0 without', days_missing
        from coverage
        union all
        select
            'BRONZE_TRANSACTIONS', 'reaches_as_of_date', 'freshness', 'WARN', datediff('day', last_date, :as_of_date),
            '0 days', greatest(0, datediff('day', last_date, :as_of_date))
        from transactions
        union all
        select
            'BRONZE_TRANSACTIONS', 'customers_without_transactions_percent', 'distribution', 'WARN',
            100 - 100 * t.spenders / greatest(1, o.customers), '0 to 5',
            iff(100 - 100 * t.spenders / greatest(1, o.customers) between 0 and 5, 0, 1)
        from transactions as t
        cross join population as o
        union all
        select
            'BRONZE_TRANSACTIONS', 'most_transactions_of_a_customer', 'distribution', 'WARN', t.most_rows,
            '20 times the mean at most', iff(t.most_rows * o.customers > 20 * t.row_count, 1, 0)
        from transactions as t
        cross join population as o
        union all
        select
            'BRONZE_TRANSACTIONS', 'merchant_category_shares', 'distribution', 'WARN', unusual,
            '{{ category_count }} categories of 0.2 to 25 percent', unusual
        from categories
        union all
        select t.table_name, 'rows_refused', 'validity', 'WARN', coalesce(r.row_count, 0), '0', coalesce(r.row_count, 0)
        from (
            select column1 as table_name
            from (values ('BRONZE_CUSTOMERS'), ('BRONZE_CUSTOMER_CHANGES'), ('BRONZE_TRANSACTIONS'))
        ) as t
        left join refused as r on t.table_name = r.table_name
    )

    select
        :run_id,
        'BRONZE',
        table_name,
        check_name,
        check_type,
        case when coalesce(failed_rows, 0) = 0 then 'PASS' when severity = 'ERROR' then 'FAIL' else 'WARN' end,
        observed,
        expected,
        coalesce(failed_rows, 0),
        'severity ' || severity,
        sysdate()
    from measured;
    select count(*), listagg(iff(status = 'FAIL', table_name || '.' || check_name, null), ', ')
    into :checks, :failed_checks
    from observability.data_quality_metrics
    where run_id = :run_id and layer = 'BRONZE';
    if (coalesce(failed_checks, '') <> '') then
        let problem varchar := 'Bronze checks failed: ' || failed_checks
            || '. See OBSERVABILITY.V_RECENT_DQ_FAILURES, mend the data, run again.';
        execute immediate 'declare refused exception (-20002, ''' || problem || '''); begin raise refused; end';
    end if;
    call platform.finish_step('VALIDATE_BRONZE', :checks);
    let returned varchar := to_varchar(checks);
    return checks;
end
$$
