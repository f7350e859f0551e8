-- purpose: the features of churn, each with the risk factor that it belongs to and the words that a page shows
-- grain: one row per feature; per factor one feature is_shown, whose value tells a reader what the factor means
select
    feature,
    factor,
    is_shown,
    label
from (
    values
    ('AGE', 'Account', false, 'Age, years'),
    ('ACCOUNT_TENURE_DAYS', 'Account', true, 'Days since the account opened'),
    ('CARD_TYPE', 'Account', false, 'Card type'),
    ('CREDIT_LIMIT', 'Account', false, 'Credit limit, USD'),
    ('TOTAL_SPEND_90D', 'Level of use', false, 'Spend in 90 days, USD'),
    ('TRANSACTION_COUNT_90D', 'Level of use', true, 'Transactions in 90 days'),
    ('AVG_TRANSACTION_VALUE_90D', 'Level of use', false, 'Average transaction in 90 days, USD'),
    ('ACTIVE_DAYS_180D', 'Level of use', false, 'Days with a transaction in 180 days'),
    ('DISTINCT_MERCHANT_CATEGORIES_90D', 'Kinds of purchases', true, 'Merchant categories in 90 days'),
    ('CATEGORY_BREADTH_TREND_90D_VS_365D', 'Kinds of purchases', false, 'Categories of 90 days against those of a year'),
    ('TRAVEL_TRANSACTION_PCT', 'Kinds of purchases', false, 'Share of travel in 90 days, %'),
    ('DISCRETIONARY_TRANSACTION_PCT', 'Kinds of purchases', false, 'Share of discretionary purchases in 90 days, %'),
    ('WEEKEND_TRANSACTION_PCT', 'Kinds of purchases', false, 'Share of weekends in 90 days, %'),
    ('EVENING_TRANSACTION_PCT', 'Kinds of purchases', false, 'Share of evenings in 90 days, %'),
    ('TRANSACTION_FREQUENCY_TREND', 'Use against before', false, 'Frequency of 30 days against 90'),
    ('FREQUENCY_TREND_60D_VS_BEFORE', 'Use against before', false, 'Frequency of 60 days against the 120 before'),
    ('FREQUENCY_TREND_90D_VS_180D', 'Use against before', false, 'Frequency of 90 days against 180'),
    ('FREQUENCY_TREND_180D_VS_365D', 'Use against before', false, 'Frequency of 180 days against 365'),
    ('FREQUENCY_TREND_90D_VS_EVER', 'Use against before', true, 'Frequency of 90 days against all time'),
    ('SPEND_TREND_60D_VS_90D', 'Use against before', false, 'Spend of 60 days against 90'),
    ('SPEND_TREND_90D_VS_365D', 'Use against before', false, 'Spend of 90 days against 365'),
    ('TRANSACTION_VALUE_TREND_90D_VS_365D', 'Use against before', false, 'Average transaction of 90 days against 365'),
    ('DECLINED_TRANSACTION_COUNT', 'Declined transactions', false, 'Declined transactions in 90 days'),
    ('DECLINED_TRANSACTION_PCT', 'Declined transactions', false, 'Share of declined transactions in 90 days, %'),
    ('DECLINED_TRANSACTION_PCT_365D', 'Declined transactions', false, 'Share of declined transactions in 365 days, %'),
    ('DECLINED_TRANSACTION_PCT_EVER', 'Declined transactions', true, 'Share of declined transactions, %'),
    ('DAYS_SINCE_LAST_TRANSACTION', 'Silence', true, 'Days since the last transaction'),
    ('RECENCY_VS_OWN_RHYTHM', 'Silence', false, 'Silence against the usual days between transactions'),
    ('RECENCY_VS_LONGEST_PAUSE', 'Silence', false, 'Silence against the longest pause in 180 days'),
    ('DAYS_BETWEEN_TRANSACTIONS_AVG', 'Silence', false, 'Days between transactions in 90 days'),
    ('MAX_DAYS_INACTIVE', 'Silence', false, 'Longest time without a transaction in 180 days')
) as v (feature, factor, is_shown, label)
