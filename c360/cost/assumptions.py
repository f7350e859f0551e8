"""What nobody can know from the program: how long tasks work, who looks, who asks. Each can be set."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from c360.cost.rates import DOLLARS_PER_AI_CREDIT, DOLLARS_PER_CREDIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class AssumptionError(ValueError):
    """An assumption that is not known or not allowed; the text is one sentence for the user."""


@dataclass(frozen=True)
class Effort:
    """How long a task works, seconds: what every run takes, and what 50,000 customers add."""

    fixed: float
    full: float = 0.0

    def seconds(self, customers: float) -> float:
        """Return the seconds for so many customers, of whom each adds the same."""
        return self.fixed + self.full * customers / FULL_CUSTOMERS


FULL_CUSTOMERS = 50_000
# No run of ours was measured on Snowflake: these are rounded up from runs on two cores of a computer, where a whole run
# takes about two minutes, but for training, for which three to five minutes on X-Small are reported.
EFFORTS: Mapping[str, Effort] = {
    "RUN_PIPELINE": Effort(5), "LOAD_CUSTOMERS": Effort(10, 10), "GENERATE_TRANSACTIONS": Effort(5, 60),
    "LOAD_TRANSACTIONS": Effort(10, 90), "VALIDATE_BRONZE": Effort(10, 20), "BUILD_WAREHOUSE": Effort(90, 120),
    "LABEL_CHURN": Effort(5, 10), "BUILD_CHURN_FEATURES": Effort(5, 30), "TRAIN_CHURN_MODEL": Effort(60, 240),
    "PREDICT_CHURN": Effort(15, 30), "UPDATE_PROFILE": Effort(5, 5), "CLOSE_RUN": Effort(10),
    "RETRAIN_CHURN": Effort(75, 300),
}  # fmt: skip
# A task that is not among them.
UNKNOWN_EFFORT = Effort(60)


@dataclass(frozen=True)
class Assumptions:
    """What an estimate assumes. Where a figure is not certain, the higher one is taken.

    Attributes:
        edition: Edition of the account, which decides what a credit costs.
        ai_routing: Where requests to the assistant's model may go, which decides what an AI credit costs.
        workdays_per_week: Days of a week on which people look and ask.
        visits_per_day: Visits of the app on such a day, all audiences together, spread evenly over `open_hours`.
        visit_minutes: How long a visitor does something.
        socket_minutes: How long a page that nobody touches keeps its warehouse awake, as the app's config.toml says.
        open_hours: Hours of a day in which people look.
        messages_per_day: Questions to the assistant that are answered on such a day.
        runs_by_hand: Runs a day of each task graph without a schedule.
        alert_seconds: How long a look of the alert works.
        transactions_per_customer: Rows of transactions that a customer has.
        bytes_per_transaction: Compressed bytes of a transaction in all layers together.
        bytes_per_customer: Compressed bytes of a customer in all layers together, with the marts.
        changed_percent: Share of the stored bytes that a run writes anew, and Time Travel and Fail-safe keep.
        bucket_bytes_per_customer: Bytes of a customer's rows in the bucket.
        bucket_bytes_per_transaction: Bytes of a transaction in the bucket, where it comes from a file.
        task_seconds: Seconds of single tasks that replace `EFFORTS`.
    """

    edition: str = "enterprise"
    ai_routing: str = "regional"
    workdays_per_week: float = 5
    visits_per_day: float = 10
    visit_minutes: float = 10
    socket_minutes: float = 5
    open_hours: float = 8
    messages_per_day: float = 30
    runs_by_hand: float = 0
    alert_seconds: float = 2
    transactions_per_customer: float = 270
    bytes_per_transaction: float = 150
    bytes_per_customer: float = 5_000
    changed_percent: float = 10
    bucket_bytes_per_customer: float = 300
    bucket_bytes_per_transaction: float = 80
    task_seconds: Mapping[str, float] = field(default_factory=dict)

    def of_task(self, name: str, customers: float) -> float:
        """Return how many seconds a task works."""
        return self.task_seconds.get(name, EFFORTS.get(name, UNKNOWN_EFFORT).seconds(customers))

    def shown(self) -> list[tuple[str, str]]:
        """Return every assumption but the tasks' seconds, by the name under which it is set."""
        return [(one.name, f"{getattr(self, one.name)}") for one in fields(self) if one.name != "task_seconds"]


_CHOICES = {"edition": tuple(DOLLARS_PER_CREDIT), "ai_routing": tuple(DOLLARS_PER_AI_CREDIT)}
_MOST = {"workdays_per_week": 7.0, "open_hours": 24.0, "changed_percent": 100.0}
_LEAST = {"open_hours": 1.0}


def with_settings(settings: Iterable[str], base: Assumptions | None = None) -> Assumptions:
    """Return assumptions of which some are set.

    Args:
        settings: each NAME=VALUE, where the name is an attribute, or a task's with its seconds.
        base: what else is assumed.

    Raises:
        AssumptionError: for a name that is not known, or a value that is not allowed.
    """
    found = base or Assumptions()
    for setting in settings:
        name, _, text = setting.partition("=")
        if name in EFFORTS:
            found = replace(found, task_seconds={**found.task_seconds, name: _number(name, text)})
        elif name in dict(found.shown()):
            found = replace(found, **{name: _value(name, text)})
        else:
            known = ", ".join([*dict(found.shown()), *EFFORTS])
            raise AssumptionError(f"'{name}' is no assumption of the estimate: set one of {known}.")
    return found


def _value(name: str, text: str) -> Any:
    if choices := _CHOICES.get(name):
        if text not in choices:
            raise AssumptionError(f"{name} = '{text}' is not allowed: choose one of {', '.join(choices)}.")
        return text
    return _number(name, text)


def _number(name: str, text: str) -> float:
    least, most = _LEAST.get(name, 0.0), _MOST.get(name, 1e9)
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise AssumptionError(f"{name} = '{text}' is not allowed: it should be a number from {least:g} to {most:g}.")
    return number
