"""Lists of customers that a reader gathers while the page is open: those looked at lately, and those for a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Of the session. The first: what a customer is called, by number, the newest first. The second: numbers, in the order
# in which they were added; the campaign tab reads it.
RECENT = "recent_customers"
CAMPAIGN_LIST = "campaign_list"
MOST_RECENT = 6


def with_newest(recent: Mapping[str, str], customer_id: str, title: str) -> dict[str, str]:
    """Return the customers looked at lately with one more in front, each once and six at most."""
    others = [(known, called) for known, called in recent.items() if known != customer_id]
    return dict([(customer_id, title), *others][:MOST_RECENT])


def toggled(listed: Sequence[str], customer_id: str) -> list[str]:
    """Return a list with a customer added at its end, or taken out where it is in already."""
    if customer_id in listed:
        return [known for known in listed if known != customer_id]
    return [*listed, customer_id]
