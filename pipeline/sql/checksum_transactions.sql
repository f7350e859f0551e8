-- purpose: one number that changes with any row of the transactions, in whatever order they are stored
-- grain: one row; integer arithmetic below 2^63 only, so that every engine gives the same number
with numbered as (
    select
        substr(transaction_id, 2)::integer as transaction_number,
        substr(customer_id, 2)::integer as customer_number,
        transaction_timestamp,
        transaction_date,
        amount,
        merchant_category,
        status
    from bronze.bronze_transactions
)

select
    count(*) as row_count,
    sum(
        (
            transaction_number % 1000003 * 7919
            + customer_number * 104729
            + datediff('second', '2020-01-01'::timestamp_ntz, transaction_timestamp) * 31
            + datediff('day', '2020-01-01'::date, transaction_date) * 1299709
            + (amount * 100)::integer * 15485863
            + ascii(substr(merchant_category, 1, 1))::integer * 49979687
            + ascii(substr(merchant_category, 3, 1))::integer * 67867967
            + length(merchant_category)::integer * 86028121
            + iff(status = 'approved', 122949823, 0)
        ) % 2147483647
        * (transaction_number % 65521 + 1)
        % 2147483647
    )::integer as checksum
from numbered
