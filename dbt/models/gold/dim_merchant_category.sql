-- Purpose: the merchant categories and their groups; all groups but Essentials are discretionary.
-- Grain: one row per merchant category. Keys are part of the contract: append, never renumber.
with

categories as (

    select
        column1 as merchant_category_key,
        column2 as merchant_category_name,
        column3 as category_group
    from (
        values
        (1, 'Airlines', 'Travel'),
        (2, 'Hotels', 'Travel'),
        (3, 'Car Rental', 'Travel'),
        (4, 'Travel Agencies', 'Travel'),
        (5, 'Restaurants', 'Dining'),
        (6, 'Fast Food', 'Dining'),
        (7, 'Coffee Shops', 'Dining'),
        (8, 'Online Retail', 'Shopping'),
        (9, 'Department Stores', 'Shopping'),
        (10, 'Clothing', 'Shopping'),
        (11, 'Electronics', 'Shopping'),
        (12, 'Home Improvement', 'Shopping'),
        (13, 'Entertainment', 'Entertainment'),
        (14, 'Streaming Services', 'Entertainment'),
        (15, 'Grocery', 'Essentials'),
        (16, 'Gas Stations', 'Essentials'),
        (17, 'Utilities', 'Essentials'),
        (18, 'Healthcare', 'Essentials'),
        (19, 'Insurance', 'Essentials'),
        (20, 'Education', 'Essentials')
    )

),

final as (

    select
        merchant_category_key::integer as merchant_category_key,
        merchant_category_name,
        category_group,
        category_group <> 'Essentials' as is_discretionary
    from categories

)

select * from final
