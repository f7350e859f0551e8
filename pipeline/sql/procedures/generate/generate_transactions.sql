-- purpose: write the planned transactions into bronze, batch by batch; a run that was cut goes on with the next batch
-- grain: one row per transaction in BRONZE.BRONZE_TRANSACTIONS, T00000000001 and up in order of statement period
-- The batch id names everything that decides the rows (this generator and its facts, seed, customers, refunds): rows of
-- another signature are dropped; a batch is one INSERT, so that those of this signature are complete and stay.
-- A refund takes the place of an approved purchase, of like amount: refund_percent of them are drawn. Where there are
-- none, the constant condition spares every row the draw.
create or replace procedure platform.generate_transactions()
returns varchar
language sql
comment = 'Generates card transactions'
execute as caller
as
$$
declare
    run_id varchar;
    seed integer;
    refund_percent number(4, 2);
    refunds integer;
    total_rows integer;
    signature varchar;
    present integer;
    foreign_rows integer;
    delivered integer;
    problem varchar;
    batches integer;
    batch_id varchar;
begin
    run_id := system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
    seed := system$get_task_graph_config('seed')::integer;
    refund_percent := system$get_task_graph_config('refund_percent')::number(4, 2);
    refunds := round(9973 * refund_percent / 100)::integer;
    select
        count(*) * {{ transactions_per_customer }},
        'synthetic-{{ generator_version }}-' || :seed || '-' || count(*) || '-'
        || coalesce(sum(
            substr(customer_id, 2)::integer
            * (datediff('day', '2020-01-01'::date, account_open_date) * 100 + length(segment)) % 1000003
        ), 0)
        || iff(:refund_percent = 0, '', '-' || :refund_percent)
    into :total_rows, :signature
    from (
        select customer_id, min(account_open_date) as account_open_date, min(segment) as segment
        from bronze.bronze_customers
        group by customer_id
    ) as customers
    where segment in ({{ segment_names }});
    call platform.start_step('GENERATE_TRANSACTIONS', :total_rows);
    select
        count(*),
        count_if(not startswith(_batch_id, :signature || '/')),
        count_if(not startswith(_batch_id, 'synthetic-'))
    into :present, :foreign_rows, :delivered
    from bronze.bronze_transactions;
    if (delivered > 0) then
        problem := 'BRONZE_TRANSACTIONS holds transactions from files, and a stack has one source: generate them in '
            || 'another stack, or destroy this one first.';
        call platform.refuse_load(:problem);
    end if;
    if (foreign_rows > 0 or present > total_rows) then
        truncate table bronze.bronze_transactions;
        present := 0;
    end if;
    if (present < total_rows) then
        call platform.draw_customer_behaviour(:seed);
        batches := (call platform.plan_transactions());
        call platform.spread_categories();
        call platform.expand_plan();
        for batch in 1 to batches do
            batch_id := signature || '/' || lpad(to_varchar(batch), 2, '0');
            select count(*) into :present from bronze.bronze_transactions
            where _batch_id = :batch_id;
            if (present = 0) then
                insert into bronze.bronze_transactions (
                    transaction_id, customer_id, transaction_timestamp, transaction_date, amount, merchant_category, status,
                    _loaded_at, _batch_id
                )
                select
                    transaction_id, customer_id, transaction_timestamp, transaction_date,
                    iff(:refunds > 0 and status = 'approved' and refund_draw < :refunds, -amount, amount),
                    merchant_category, status, sysdate(), :batch_id
                from platform.generated_transactions
                where batch = :batch;
            end if;
            select count(*) into :present from bronze.bronze_transactions;
            update observability.pipeline_run_metadata
            set rows_processed = :present
            where run_id = :run_id and task_name = 'GENERATE_TRANSACTIONS';
        end for;
    end if;
    call platform.finish_step('GENERATE_TRANSACTIONS', :present);
    let returned varchar := to_varchar(present);
    return present;
end
$$
