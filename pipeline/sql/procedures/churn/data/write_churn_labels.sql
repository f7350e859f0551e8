-- purpose: label who churned: active in the 90 days up to a date, and no approved purchase in the 90 days after it
-- grain: one row per customer who was active in the 90 days up to label_date, in the table that target_table names
-- Who was not active before is not labelled, but still scored.
create or replace procedure platform.write_churn_labels(label_date date, target_table varchar)
returns number
language sql
comment = 'Writes who churned as of a day into a table'
execute as caller
as
$$
declare
    labelled integer;
begin
    create or replace table identifier(:target_table) as
    with activity as (
        select
            customer_id,
            max(iff(transaction_date <= :label_date, transaction_date, null)) as last_transaction_date,
            count_if(transaction_date > :label_date) as transactions_after
        from gold.fact_transaction
        where
            transaction_date > :label_date - 90
            and transaction_date <= :label_date + 90
            and transaction_type = 'purchase'
        group by customer_id
    )

    select
        customer_id,
        :label_date as label_date,
        transactions_after = 0 as is_churned,
        iff(transactions_after = 0, 'CHURNED', 'ACTIVE') as churn_label,
        datediff('day', last_transaction_date, :label_date)::integer as days_since_last_transaction,
        true as was_previously_active
    from activity
    where last_transaction_date is not null;
    select count(*) into :labelled from identifier(:target_table);
    return labelled;
end
$$
