"""The values by which customers are told apart, in the order in which the pages list them."""

from __future__ import annotations

SEGMENTS = ("High-Value Travelers", "Stable Mid-Spenders", "Budget-Conscious", "Declining", "New & Growing")
CARD_TYPES = ("Platinum", "Gold", "Silver", "Basic")
CHURN_RISKS = ("High", "Medium", "Low")
# Bought within the last 90 days; bought before, but not since; never bought.
STATUSES = ("Active", "Lapsed", "Not yet active")
