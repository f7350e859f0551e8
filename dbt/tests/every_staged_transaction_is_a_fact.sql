-- The joins of the fact neither lose nor repeat a transaction, and no cent of it.
with

staged as (

    select
        count(*) as transactions,
        sum(amount::number(14, 2)) as amount,
        sum(net_amount::number(14, 2)) as net_amount
    from {{ ref('stg_transactions') }}

),

facts as (

    select
        count(*) as transactions,
        sum(transaction_amount::number(14, 2)) as amount,
        sum(net_amount::number(14, 2)) as net_amount
    from {{ ref('fact_transaction') }}

)

select
    staged.transactions as staged_transactions,
    facts.transactions as fact_transactions,
    staged.amount as staged_amount,
    facts.amount as fact_amount,
    staged.net_amount as staged_net_amount,
    facts.net_amount as fact_net_amount
from staged
cross join facts
where
    staged.transactions <> facts.transactions
    or staged.amount <> facts.amount
    or staged.net_amount <> facts.net_amount
