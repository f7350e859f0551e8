-- purpose: the features of churn, each with the risk factor that it belongs to and the words that a page shows
-- grain: one row per feature; per factor one feature is_shown, whose value tells a reader what the factor means
-- kind: the model reads states and trends. Levels move with the season: people read them, and the model the same
-- against all customers (_VS_ALL). How drift of each kind is measured: MEASURE_CHURN_DRIFT.
select
    feature,
    factor,
    kind,
    is_shown,
    label
from (
    values
    -- one feature a line, however long -- noqa: disable=LT05
    ('AGE', 'Account', 'state', false, 'Age, years'),
    ('ACCOUNT_TENURE_DAYS', 'Account', 'state', true, 'Days since the account opened'),
    ('CARD_TYPE', 'Account', 'state', false, 'Card type'),
    ('CREDIT_LIMIT', 'Account', 'state', false, 'Credit limit, USD'),
    ('TOTAL_SPEND_90D', 'Level of use', 'level', false, 'Spend in 90 days, USD'),
    ('TOTAL_SPEND_90D_VS_ALL', 'Level of use', 'state', false, 'Spend against all customers'),
    ('TRANSACTION_COUNT_90D', 'Level of use', 'level', true, 'Transactions in 90 days'),
    ('TRANSACTION_COUNT_90D_VS_ALL', 'Level of use', 'state', false, 'Transactions against all customers'),
    ('AVG_TRANSACTION_VALUE_90D', 'Level of use', 'level', false, 'Average transaction in 90 days, USD'),
    ('AVG_TRANSACTION_VALUE_90D_VS_ALL', 'Level of use', 'state', false, 'Average transaction against all customers'),
    ('ACTIVE_DAYS_180D', 'Level of use', 'level', false, 'Days with a transaction in 180 days'),
    ('ACTIVE_DAYS_180D_VS_ALL', 'Level of use', 'state', false, 'Days with a transaction against all customers'),
    ('DISTINCT_MERCHANT_CATEGORIES_90D', 'Kinds of purchases', 'level', true, 'Merchant categories in 90 days'),
    ('DISTINCT_MERCHANT_CATEGORIES_90D_VS_ALL', 'Kinds of purchases', 'state', false, 'Merchant categories against all customers'),
    ('CATEGORY_BREADTH_TREND_90D_VS_365D', 'Kinds of purchases', 'trend', false, 'Categories of 90 days against those of a year'),
    ('TRAVEL_TRANSACTION_PCT', 'Kinds of purchases', 'state', false, 'Share of travel in 90 days, %'),
    ('DISCRETIONARY_TRANSACTION_PCT', 'Kinds of purchases', 'state', false, 'Share of discretionary purchases in 90 days, %'),
    ('WEEKEND_TRANSACTION_PCT', 'Kinds of purchases', 'state', false, 'Share of weekends in 90 days, %'),
    ('EVENING_TRANSACTION_PCT', 'Kinds of purchases', 'state', false, 'Share of evenings in 90 days, %'),
    ('TRANSACTION_FREQUENCY_TREND', 'Use against before', 'trend', false, 'Frequency of 30 days against 90'),
    ('FREQUENCY_TREND_60D_VS_BEFORE', 'Use against before', 'trend', false, 'Frequency of 60 days against the 120 before'),
    ('FREQUENCY_TREND_90D_VS_180D', 'Use against before', 'trend', false, 'Frequency of 90 days against 180'),
    ('FREQUENCY_TREND_180D_VS_365D', 'Use against before', 'trend', false, 'Frequency of 180 days against 365'),
    ('FREQUENCY_TREND_90D_VS_EVER', 'Use against before', 'trend', true, 'Frequency of 90 days against all time'),
    ('SPEND_TREND_60D_VS_90D', 'Use against before', 'trend', false, 'Spend of 60 days against 90'),
    ('SPEND_TREND_90D_VS_365D', 'Use against before', 'trend', false, 'Spend of 90 days against 365'),
    ('TRANSACTION_VALUE_TREND_90D_VS_365D', 'Use against before', 'trend', false, 'Average transaction of 90 days against 365'),
    ('DECLINED_TRANSACTION_COUNT', 'Declined transactions', 'level', false, 'Declined transactions in 90 days'),
    ('DECLINED_TRANSACTION_COUNT_VS_ALL', 'Declined transactions', 'state', false, 'Declined transactions against all customers'),
    ('DECLINED_TRANSACTION_PCT', 'Declined transactions', 'state', false, 'Share of declined transactions in 90 days, %'),
    ('DECLINED_TRANSACTION_PCT_365D', 'Declined transactions', 'state', false, 'Share of declined transactions in 365 days, %'),
    ('DECLINED_TRANSACTION_PCT_EVER', 'Declined transactions', 'state', true, 'Share of declined transactions, %'),
    ('DAYS_SINCE_LAST_TRANSACTION', 'Silence', 'state', true, 'Days since the last transaction'),
    ('RECENCY_VS_OWN_RHYTHM', 'Silence', 'state', false, 'Silence against the usual days between transactions'),
    ('RECENCY_VS_LONGEST_PAUSE', 'Silence', 'state', false, 'Silence against the longest pause in 180 days'),
    ('DAYS_BETWEEN_TRANSACTIONS_AVG', 'Silence', 'level', false, 'Days between transactions in 90 days'),
    ('DAYS_BETWEEN_TRANSACTIONS_AVG_VS_ALL', 'Silence', 'state', false, 'Days between transactions against all customers'),
    ('MAX_DAYS_INACTIVE', 'Silence', 'state', false, 'Longest time without a transaction in 180 days')
) as v (feature, factor, kind, is_shown, label)
