"""What to do about a customer, by stated rules over status, risk and factors: each says why it applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_360.customer.factors import Pull

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from customer_360.access.customers import CustomerProfile
    from customer_360.customer.factors import Factor

# A customer worth a call: among the tenth of active customers with the greatest lifetime value.
HIGH_VALUE = 0.9


@dataclass(frozen=True)
class Recommendation:
    """One thing to do, and the rule that says so."""

    action: str
    because: str


def recommendations(
    profile: CustomerProfile, found: Sequence[Factor], value_share_below: float | None
) -> tuple[Recommendation, ...]:
    """Derive what to do about a customer.

    Args:
        profile: of the customer.
        found: the factors; empty where nobody was scored.
        value_share_below: the share of the active customers with a lower lifetime value, 0 to 1; None where unknown.

    Returns:
        In the order in which to act; never empty.
    """
    if profile.customer_status == "Lapsed":
        return (_win_back(profile),)
    if profile.customer_status == "Not yet active":
        return (
            Recommendation(
                "Help with a first purchase: a welcome offer, and a check that the card has arrived and works.",
                "The account has no purchase yet, so there is no habit to keep.",
            ),
        )
    if profile.churn_probability is None:
        return (
            Recommendation(
                "Wait for the next run of the churn model.", "This customer has not been scored yet.",
            ),
        )  # fmt: skip
    if profile.churn_risk_category == "Low":
        return (_leave_alone(profile),)
    raised = {factor.feature: factor for factor in found if factor.pull is Pull.RAISES}
    rules = (_call_of_value(profile, value_share_below), *(rule.applied(profile, raised) for rule in _RULES))
    applying = tuple(one for one in rules if one)
    return applying or (_general(profile),)


def _win_back(profile: CustomerProfile) -> Recommendation:
    return Recommendation(
        "Do not spend a retention offer here; if at all, a win-back campaign, planned and measured on its own.",
        f"No purchase for {profile.days_since_last_transaction} days: by the definition of churn (90 days without one) "
        "this customer has left already.",
    )


def _leave_alone(profile: CustomerProfile) -> Recommendation:
    return Recommendation(
        "No retention measure: keep this customer in the regular contact plan.",
        f"The predicted probability of churn is {profile.churn_probability:.1%}, which is low (0.4 and below).",
    )


def _general(profile: CustomerProfile) -> Recommendation:
    return Recommendation(
        "Ask: a short call or survey, before an offer is chosen.",
        f"The risk is {str(profile.churn_risk_category).lower()}, but none of the factors shown stands out.",
    )


def _call_of_value(profile: CustomerProfile, value_share_below: float | None) -> Recommendation | None:
    if value_share_below is None or value_share_below < HIGH_VALUE:
        return None
    return Recommendation(
        "Call in person, and let the relationship manager choose the offer.",
        f"Lifetime value ${profile.total_lifetime_value:,.0f}: more than that of {value_share_below:.0%} of active "
        "customers.",
    )


@dataclass(frozen=True)
class _Rule:
    """What to do where a factor is raised: the first of some features that is."""

    features: tuple[str, ...]
    action: str
    because: Callable[[CustomerProfile, Factor], str]

    def applied(self, profile: CustomerProfile, raised: Mapping[str, Factor]) -> Recommendation | None:
        factor = next((raised[feature] for feature in self.features if feature in raised), None)
        return None if factor is None else Recommendation(self.action, self.because(profile, factor))


# In the order in which to act: what is broken before what is offered.
_RULES = (
    _Rule(
        ("DECLINED_TRANSACTION_PCT_EVER",),
        "First find out why transactions are declined (limit, card details, fraud rules), before any offer.",
        lambda _, factor: f"{factor.value} of the transactions were declined; {factor.typical} is typical.",
    ),
    _Rule(
        ("DAYS_SINCE_LAST_TRANSACTION",),
        "Get in touch within a week, with a reason to use the card now.",
        lambda _, factor: f"{factor.value} since the last purchase; {factor.typical} is typical.",
    ),
    _Rule(
        ("FREQUENCY_TREND_90D_VS_EVER", "TRANSACTION_COUNT_90D"),
        "Reward frequency: a bonus on the next few purchases, however small.",
        lambda profile, factor: (
            f"{factor.label}: {factor.value}, {factor.typical} is typical. "
            f"{profile.transaction_count_90d:,} purchases in the last 90 days."
        ),
    ),
    _Rule(
        ("SPEND_TREND_90D_VS_365D",),
        "Reward spend in the categories that this customer likes most.",
        lambda profile, factor: (
            f"{factor.label}: {factor.value}, {factor.typical} is typical. "
            f"${profile.ltv_last_90_days:,.0f} in the last 90 days."
        ),
    ),
    _Rule(
        ("DISTINCT_MERCHANT_CATEGORIES_90D",),
        "Introduce a kind of purchase that the card is not used for yet.",
        lambda _, factor: f"{factor.value} merchant categories in 90 days; {factor.typical} is typical.",
    ),
)
