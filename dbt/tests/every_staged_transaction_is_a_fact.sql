-- The joins of the fact neither lose nor repeat a transaction, and no cent of it.
with

staged as (

    select
        count(*) as transactions,
        sum(amount::number(14, 2)) as amount
    from {{ ref('stg_transactions') }}

),

facts as (

    select
        count(*) as transactions,
        sum(transaction_amount::number(14, 2)) as amount
    from {{ ref('fact_transaction') }}

)

select
    staged.transactions as staged_transactions,
    facts.transactions as fact_transactions,
    staged.amount as staged_amount,
    facts.amount as fact_amount
from staged
cross join facts
where staged.transactions <> facts.transactions or staged.amount <> facts.amount
