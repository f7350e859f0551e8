"""Scenarios of campaigns: the five that are given, those that a reader makes, and their form in the page's address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from customer_360.campaign.roi import LIFT_BOUNDS, RESPONSE_BOUNDS, Terms
from customer_360.campaign.targets import Target
from customer_360.vocabulary import SEGMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OFFER_TYPES = ("Cashback", "Points Bonus", "Fee Waiver", "Credit Limit Increase")
# The checklist's scenarios say nothing about how long they run.
DEFAULT_MONTHS = 3
MONTHS_BOUNDS = (1, 24)
MOST_COST = 10_000.0  # US dollars a customer
MOST_CUSTOM = 10
LONGEST_NAME = 40
# Of an address's numbers: least, greatest, digits behind the point.
_BOUNDS = {
    "response": (*RESPONSE_BOUNDS, 2),
    "lift": (*LIFT_BOUNDS, 2),
    "cost": (0.0, MOST_COST, 2),
    "months": (*MONTHS_BOUNDS, 0),
}


@dataclass(frozen=True)
class Scenario:
    """A campaign to compare: its name, whom it is for, the kind of its offer, the offer in words, and its terms."""

    name: str
    target: Target
    offer_type: str
    offer: str
    terms: Terms


def _given(name: str, target: Target, offer_type: str, offer: str, *terms: float) -> Scenario:
    cost, response, lift = terms
    return Scenario(name, target, offer_type, offer, Terms(response, lift, cost, DEFAULT_MONTHS))


_TRAVELERS, _STABLE, _BUDGET, _DECLINING, _NEW, *_ = SEGMENTS
# The checklist's, prompt 5.4. Where one names a churn probability it is about keeping customers: those who have left
# already are not counted. The fourth names none, and counts everybody.
GIVEN: tuple[Scenario, ...] = (
    _given(
        "Aggressive Retention", Target(churn_above=0.7),
        "Cashback", "5% cashback on all purchases", 50, 0.30, 0.40,
    ),
    _given(
        "High-Value Focus", Target((_TRAVELERS, _STABLE), churn_above=0.5),
        "Points Bonus", "10,000 bonus points", 75, 0.25, 0.50,
    ),
    _given(
        "Declining Recovery", Target((_DECLINING,), churn_above=0.6),
        "Fee Waiver", "Annual fee waiver", 95, 0.35, 0.60,
    ),
    _given(
        "New Customer Nurture", Target((_NEW,), statuses=(), has_low_spend=True),
        "Credit Limit Increase", "Credit limit increase", 20, 0.40, 0.80,
    ),
    _given(
        "Budget Engagement", Target((_BUDGET,), churn_above=0.4),
        "Cashback", "2% cashback on groceries", 30, 0.35, 0.30,
    ),
)  # fmt: skip


def named(scenarios: Iterable[Scenario], name: str) -> Scenario | None:
    """Return the scenario of a name, or None."""
    return next((scenario for scenario in scenarios if scenario.name == name), None)


def with_custom(custom: Sequence[Scenario], added: Scenario) -> tuple[Scenario, ...]:
    """Add a scenario of the reader's, in place of an older one of its name.

    Raises:
        ValueError: with a sentence for the reader, where it has no name or a given one's, or where there are too many.
    """
    name = " ".join(added.name.split())[:LONGEST_NAME]
    if not name:
        raise ValueError("Give the scenario a name first.")
    if named(GIVEN, name):
        raise ValueError(f"'{name}' is the name of a scenario that is given; choose another.")
    kept = [scenario for scenario in custom if scenario.name != name]
    if len(kept) >= MOST_CUSTOM:
        raise ValueError(f"There are {MOST_CUSTOM} scenarios of your own already; remove one first.")
    return (*kept, replace(added, name=name))


def to_params(scenario: Scenario) -> dict[str, list[str]]:
    """Write what a scenario is about as parameters of an address, without its name."""
    terms = scenario.terms
    return scenario.target.to_params() | {
        "offer": [scenario.offer_type],
        "response": [f"{terms.response_rate:g}"],
        "lift": [f"{terms.lift:g}"],
        "cost": [f"{terms.cost_per_customer:.2f}".removesuffix(".00")],
        "months": [f"{terms.duration_months:g}"],
    }


def from_params(params: Mapping[str, Sequence[str]], otherwise: Scenario) -> Scenario:
    """Read the plan of an address.

    Args:
        params: the address's parameters.
        otherwise: the plan where there are none, and the source of what they leave out or get wrong.
    """
    if not params.keys() & {"offer", "segment", "card", "churn", "status", "spend", *_BOUNDS}:
        return otherwise
    read = {key: _number(params, key) for key in _BOUNDS}
    numbers = {key: value for key, value in read.items() if value is not None}
    offer_type = next((offer for offer in params.get("offer", ()) if offer in OFFER_TYPES), otherwise.offer_type)
    terms = Terms(
        numbers.get("response", otherwise.terms.response_rate),
        numbers.get("lift", otherwise.terms.lift),
        numbers.get("cost", otherwise.terms.cost_per_customer),
        numbers.get("months", otherwise.terms.duration_months),
    )
    return Scenario("", Target.from_params(params), offer_type, offer_type, terms)


def to_text(scenario: Scenario) -> str:
    """Write a scenario as one value of an address."""
    return urlencode({"name": scenario.name} | to_params(scenario), doseq=True)


def from_text(text: str) -> Scenario | None:
    """Read a scenario from an address; None where the text is none, or says what the page does not offer."""
    params = parse_qs(text)
    name = params.get("name", [""])[0]
    is_whole = params.get("offer", [""])[0] in OFFER_TYPES and all(_number(params, key) is not None for key in _BOUNDS)
    return replace(from_params(params, GIVEN[0]), name=name) if name.strip() and is_whole else None


def from_texts(texts: Iterable[str]) -> tuple[Scenario, ...]:
    """Read the reader's scenarios from an address; what is none, or one too many, is dropped."""
    found: tuple[Scenario, ...] = ()
    for scenario in map(from_text, texts):
        if scenario is None:
            continue
        try:
            found = with_custom(found, scenario)
        except ValueError:
            continue
    return found


def _number(params: Mapping[str, Sequence[str]], key: str) -> float | None:
    """Return a number of an address as the page's inputs hold it: whole percents, cents and months."""
    low, high, digits = _BOUNDS[key]
    try:
        number = round(float(next(iter(params.get(key, ())), "")), digits)
    except (ValueError, OverflowError):
        return None
    return number if low <= number <= high else None
