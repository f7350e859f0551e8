-- Purpose: the customer segments: which rule goes first, what it asks for, and the share of customers that is expected.
-- Grain: one row per segment.
with

segments as (

    select
        column1 as priority,
        column2 as segment,
        column3 as expected_percent,
        column4 as rule
    from (
        values
        (1, 'Declining', 15, 'spend down by more than 20 % on the month before, and nothing for more than 45 days'),
        (2, 'High-Value Travelers', 15, 'more than $5,000 in more than 20 transactions, over 30 % of them travel'),
        (3, 'New & Growing', 10, 'account younger than 12 months, spend up by more than 20 % on the month before'),
        (4, 'Budget-Conscious', 25, 'more than 15 transactions of less than $50 on average'),
        (5, 'Stable Mid-Spenders', 35, '$1,000 to $5,000 in 10 to 30 transactions, within 10 % of the month before')
    )

),

final as (

    select
        segment,
        priority::integer as priority,
        expected_percent::integer as expected_percent,
        rule
    from segments

)

select * from final
