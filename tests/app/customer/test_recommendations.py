"""What to do follows from status, risk and factors, by rules that can be read off the answers."""

from __future__ import annotations

from typing import Any

import pytest
from customer_360.customer.factors import factors
from customer_360.customer.recommendations import recommendations

from tests.support.customers import profile, standing


def advised(who: dict[str, Any], value_share_below: float | None = 0.5, **shares: float) -> list[str]:
    """Return the first words of what is recommended for a customer with some factors raised."""
    given = recommendations(profile(**who), factors(standing(**shares)), value_share_below)
    assert all(one.because for one in given)
    return [one.action.split(",")[0].split(":")[0].split("(")[0].strip() for one in given]


DECLINED = "First find out why transactions are declined"
SILENT = "Get in touch within a week"
RARER = "Reward frequency"
CALL = "Call in person"


@pytest.mark.parametrize(
    ("who", "shares", "wanted"),
    [
        ({"customer_status": "Lapsed", "churn_risk_category": "High"}, {"days_since_last_transaction": 0.99},
         ["Do not spend a retention offer here; if at all"]),
        ({"customer_status": "Not yet active"}, {}, ["Help with a first purchase"]),
        ({"churn_probability": None, "churn_risk_category": None}, {}, ["Wait for the next run of the churn model."]),
        ({"churn_risk_category": "Low"}, {"days_since_last_transaction": 0.99}, ["No retention measure"]),
        ({}, {}, ["Ask"]),
        ({}, {"days_since_last_transaction": 0.81}, [SILENT]),
        ({}, {"declined_transaction_pct_ever": 0.9, "days_since_last_transaction": 0.81}, [DECLINED, SILENT]),
        ({}, {"frequency_trend_90d_vs_ever": 0.9, "transaction_count_90d": 0.9}, [RARER]),
        ({}, {"transaction_count_90d": 0.9}, [RARER]),
        ({}, {"spend_trend_90d_vs_365d": 0.9}, ["Reward spend in the categories that this customer likes most."]),
        ({}, {"distinct_merchant_categories_90d": 0.9},
         ["Introduce a kind of purchase that the card is not used for yet."]),
    ],
)  # fmt: skip
def test_rules(who: dict[str, Any], shares: dict[str, float], wanted: list[str]) -> None:
    assert advised(who, **shares) == wanted


@pytest.mark.parametrize(("share", "calls"), [(0.9, True), (0.89, False), (None, False)])
def test_the_most_valuable_are_called_first(share: float | None, calls: bool) -> None:
    assert (advised({}, share, days_since_last_transaction=0.99)[0] == CALL) == calls


def test_a_reason_states_the_customer_s_own_figure() -> None:
    (one,) = recommendations(profile(customer_status="Lapsed", days_since_last_transaction=123), (), None)
    assert "123 days" in one.because
