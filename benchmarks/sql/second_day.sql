-- purpose: one more day in bronze: its transactions, late ones, repeats, withdrawn ones, changed customers, and its run
-- grain: as many rows as the last day has, and some hundreds beside them
insert into bronze.bronze_transactions (
    transaction_id, customer_id, transaction_timestamp, transaction_date, amount, merchant_category, status,
    _loaded_at, _batch_id
)
select
    'T' || lpad((20000000 + row_number() over (order by transaction_id))::varchar, 11, '0'),
    customer_id, dateadd(day, 1, transaction_timestamp), dateadd(day, 1, transaction_date)::date, amount + 1,
    merchant_category, status, sysdate(), 'second day'
from bronze.bronze_transactions
where transaction_date = (select max(newest.transaction_date) from bronze.bronze_transactions as newest);
-- late: one in a thousand of two months
insert into bronze.bronze_transactions (
    transaction_id, customer_id, transaction_timestamp, transaction_date, amount, merchant_category, status,
    _loaded_at, _batch_id
)
select
    'T' || lpad((30000000 + row_number() over (order by transaction_id))::varchar, 11, '0'),
    customer_id, transaction_timestamp, transaction_date, amount + 2, merchant_category, status, sysdate(), 'second day'
from bronze.bronze_transactions
where transaction_date between '2024-11-01' and '2024-12-31' and substr(transaction_id, 9)::integer % 1000 = 7;
-- again: one in five thousand of three months, every other of them now declined
insert into bronze.bronze_transactions (
    transaction_id, customer_id, transaction_timestamp, transaction_date, amount, merchant_category, status,
    _loaded_at, _batch_id
)
select
    transaction_id, customer_id, transaction_timestamp, transaction_date, amount, merchant_category,
    iff(substr(transaction_id, 9)::integer % 2 = 0, status, 'declined'), sysdate(), 'second day'
from bronze.bronze_transactions
where transaction_date between '2024-10-01' and '2024-12-31' and substr(transaction_id, 8)::integer % 10000 in (71, 72);
-- changes of one customer in five hundred: on the day, and late
insert into bronze.bronze_customer_changes (
    customer_id, change_date, credit_limit, card_type, city, state, zip_code, _loaded_at, _batch_id
)
select
    customer_id, iff(substr(customer_id, 7) = '1', '2025-01-01', '2024-11-20')::date, credit_limit * 1.3, card_type,
    city, state, zip_code, sysdate(), 'second day'
from bronze.bronze_customers
where substr(customer_id, 4)::integer % 1000 in (111, 112) and account_open_date < '2024-11-20';
insert into observability.pipeline_run_metadata (
    run_id, pipeline_name, task_name, status, as_of_date, started_at
)
select 'second day', 'customer_360', 'RUN_PIPELINE', 'RUNNING', max(transaction_date), sysdate()
from bronze.bronze_transactions
