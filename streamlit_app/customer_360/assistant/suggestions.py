"""Questions that are offered, by what they are about; each is answered (tests/app/test_assistant.py asks them all)."""

from __future__ import annotations

SUGGESTIONS: dict[str, tuple[str, ...]] = {
    "Customer insights": (
        "What are the top 10 customers by lifetime value?",
        "Show me customers with month-over-month spend increase greater than 50%",
        "Show me year-over-year customer growth by state",
        "What is the correlation between credit limit and lifetime value?",
    ),
    "Revenue analysis": (
        "Show me revenue trends by segment over the last 6 months",
        "What is the total revenue from High-Value Travelers in the last 90 days?",
        "What is the average transaction value for Platinum cardholders?",
        "Which merchant categories generate the most revenue?",
    ),
    "Churn prediction": (
        "How many customers are at high risk of churn in each segment?",
        "What percentage of customers are at high risk of churn?",
        "What percentage of New & Growing segment customers have churn probability above 0.5?",
    ),
    "Segment analysis": (
        "Compare spending patterns between Declining and Stable Mid-Spenders",
        "Compare spending trends between Declining and New & Growing segments",
        "How many customers are in each segment?",
        "What is the average lifetime value of Budget-Conscious customers?",
    ),
}
# Beside an empty conversation; they vanish with the first question.
FIRST = (
    "What are the top 10 customers by lifetime value?",
    "Show me revenue trends by segment over the last 6 months",
    "How many customers are at high risk of churn in each segment?",
)
