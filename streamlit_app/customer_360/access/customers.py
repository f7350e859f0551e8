"""Finds customers, and reads who one of them is: profile, segments of the past, versions of card and limit."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_360.access.records import columns, records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from customer_360.database import Query

BEST = 10
_PERSONAL = ("name", "email")
# Letters with marks count as the letter, on both sides alike: who types Jose finds José, and the other way round.
_MARKED = "áàâäãåāăąçćčďđéèêëēěęğíìîïīłñńňóòôöõøőřśšşťúùûüūůűýÿźžż"
_UNMARKED = "aaaaaaaaacccddeeeeeeegiiiiilnnnooooooorssstuuuuuuuyyzzz"
# Names without such letters, nearly all, are spared the many replacements.
_NAME = f"iff(regexp_like(name, '[ -~]*'), lower(name), translate(lower(name), '{_MARKED}', '{_UNMARKED}'))"


@dataclass(frozen=True)
class Match:
    """One customer that a search found; the name is None for who may not see it."""

    customer_id: str
    city: str
    state: str
    segment: str
    customer_status: str
    name: str | None = None


@dataclass(frozen=True)
class Found:
    """What a search found: the best matches, and how many there are in all."""

    matches: tuple[Match, ...]
    total: int


@dataclass(frozen=True)
class CustomerProfile:
    """A row of GOLD.CUSTOMER_360_PROFILE, as far as the page shows it.

    Amounts are US dollars, probabilities 0 to 1, changes percent; None is what there is none of: no purchase yet, no
    model yet, or personal data of who may not see it (name and e-mail address).
    """

    customer_id: str
    age: int
    city: str
    state: str
    account_open_date: date
    account_tenure_days: int
    card_type: str
    credit_limit: float
    segment: str
    segment_assigned_date: date
    segment_reason: str
    customer_status: str
    total_lifetime_value: float
    ltv_last_90_days: float
    ltv_last_365_days: float
    projected_12m_ltv: float
    current_month_spend: float
    previous_month_spend: float
    mom_absolute_change: float
    mom_percent_change: float
    three_month_trend: str
    avg_transaction_value_all_time: float
    avg_transaction_value_90d: float
    atv_trend: str
    transaction_count: int
    transaction_count_90d: int
    as_of_date: date
    days_since_last_transaction: int | None = None
    last_transaction_date: date | None = None
    last_transaction_amount: float | None = None
    churn_probability: float | None = None
    churn_risk_category: str | None = None
    name: str | None = None
    email: str | None = None

    @property
    def title(self) -> str:
        """The name with the customer number, or the number alone where the name may not be seen."""
        return f"{self.name} ({self.customer_id})" if self.name else self.customer_id

    @property
    def spent_in_neither_month(self) -> bool:
        """Whether the last 30 days and the 30 before are both without spend: there is no change to speak of."""
        return self.current_month_spend == 0 and self.previous_month_spend == 0


@dataclass(frozen=True)
class SegmentPeriod:
    """A time in one segment; the end is exclusive, and None for the present one; no one came before the first."""

    segment: str
    segment_assigned_date: date
    segment_reason: str
    segment_end_date: date | None = None
    previous_segment: str | None = None


@dataclass(frozen=True)
class CustomerVersion:
    """A version of card type and credit limit (US dollars); the end is exclusive, and None for the current one."""

    version_number: int
    effective_date: date
    card_type: str
    credit_limit: float
    end_date: date | None = None


def folded(text: str) -> str:
    """Return a text as names are compared: lower case, letters without marks, single spaces."""
    composed = unicodedata.normalize("NFC", text).lower()
    return " ".join(composed.translate(str.maketrans(_MARKED, _UNMARKED)).split())


def search(ask: Query, text: str, *, sees_names: bool) -> Found:
    """Find customers by number or by parts of their name.

    A number may be short of its letter and its zeros: 42 is C000042. Of a name every word must occur, anywhere in it,
    in any order. Exact matches come first, then those that begin with the text.

    Args:
        ask: runs a query.
        text: what somebody typed.
        sees_names: whether names are searched and read; else customers are found by number alone.

    Returns:
        The ten best, and how many there are; nothing for a text without letters and digits.
    """
    words = folded(text).split()
    if not re.search(r"\w", text):
        return Found((), 0)
    number = text.strip().upper()
    padded = f"C{number.removeprefix('C'):0>6}" if re.fullmatch(r"C?\d{1,6}", number) else number
    conditions, values = ["customer_id = ?", "contains(customer_id, ?)"], [padded, number]
    ranks, rank_values = ["when customer_id = ? then 0", "when startswith(customer_id, ?) then 2"], [padded, number]
    if sees_names:
        whole = " ".join(words)
        conditions.append("(" + " and ".join(["contains(folded_name, ?)"] * len(words)) + ")")
        values += words
        ranks += [
            "when folded_name = ? then 1",
            "when startswith(folded_name, ?) then 3",
            "when contains(' ' || folded_name, ?) then 4",
        ]
        rank_values += [whole, whole, f" {whole}"]
    shown = columns(Match, () if sees_names else _PERSONAL)
    # The name is folded once a customer.
    rows = ask(
        f"with customers as (select {shown}{f', {_NAME} as folded_name' if sees_names else ''}"
        " from GOLD.CUSTOMER_360_PROFILE)"
        f" select {shown}, count(*) over () as total from customers where {' or '.join(conditions)}"
        f" order by case {' '.join(ranks)} else 5 end, {'name, ' if sees_names else ''}customer_id limit {BEST}",
        [*values, *rank_values],
    )
    total = int(rows["total"].iloc[0]) if len(rows) else 0
    return Found(records(rows.drop(columns="total"), Match), total)


def load_profile(ask: Query, customer_id: str, *, sees_names: bool) -> CustomerProfile | None:
    """Read a customer's profile.

    Args:
        ask: runs a query.
        customer_id: the whole number, such as C000042.
        sees_names: whether name and e-mail address are read.

    Returns:
        The profile, or None where there is no such customer.
    """
    rows = ask(
        f"select {columns(CustomerProfile, () if sees_names else _PERSONAL)} from GOLD.CUSTOMER_360_PROFILE"
        " where customer_id = ?",
        [customer_id],
    )
    return next(iter(records(rows, CustomerProfile)), None)


def load_segment_history(ask: Query, customer_id: str) -> tuple[SegmentPeriod, ...]:
    """Read in which segments a customer was, the oldest first. Arguments are those of `load_profile`."""
    rows = ask(
        f"select {columns(SegmentPeriod)} from GOLD.CUSTOMER_SEGMENT_HISTORY where customer_id = ?"
        " order by segment_assigned_date",
        [customer_id],
    )
    return records(rows, SegmentPeriod)


def load_versions(ask: Query, customer_id: str) -> tuple[CustomerVersion, ...]:
    """Read a customer's versions of card type and credit limit, the oldest first; as `load_segment_history`."""
    rows = ask(
        f"select {columns(CustomerVersion)} from GOLD.DIM_CUSTOMER where customer_id = ? order by effective_date",
        [customer_id],
    )
    return records(rows, CustomerVersion)


def load_listed(ask: Query, customer_ids: Sequence[str], *, sees_names: bool) -> pd.DataFrame:
    """Read what a campaign needs of the customers on a list.

    Args:
        ask: runs a query.
        customer_ids: whole numbers, at least one.
        sees_names: whether name and e-mail address are read.

    Returns:
        `customer_id`, for who may see them `name` and `email`, then `segment`, `customer_status`, `churn_probability`
        and `total_lifetime_value` (US dollars), the highest risk first.
    """
    personal = "name, email, " if sees_names else ""
    return ask(
        f"select customer_id, {personal}segment, customer_status, churn_probability, total_lifetime_value"
        f" from GOLD.CUSTOMER_360_PROFILE where customer_id in ({', '.join('?' * len(customer_ids))})"
        " order by churn_probability desc nulls last, customer_id",
        list(customer_ids),
    )


def save_listed(ask_anew: Query, viewer: str, list_name: str, customer_ids: Sequence[str]) -> int:
    """Put customers on a campaign list that outlasts the page, in the name of who is looking.

    Args:
        ask_anew: a query that remembers nothing.
        viewer: who looks at the page.
        list_name: of the list; a new name begins a new one.
        customer_ids: whole numbers.

    Returns:
        How many were added; who is on the list already is passed over.
    """
    added = ask_anew("call PLATFORM.SAVE_CAMPAIGN_LIST(?, ?, ?)", [viewer, list_name, json.dumps(list(customer_ids))])
    return int(added.to_numpy()[0][0])
