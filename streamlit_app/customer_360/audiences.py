"""Who looks at the app: for each audience the tabs that it has, and the role whose rights its pages read with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Audience:
    """One audience, which has a Streamlit object of its own.

    Attributes:
        name: Short name, as in `c360 app --as <name>`; queries are tagged with it.
        title: Heading of its pages.
        owner_role: Role that owns its Streamlit object, without an environment's suffix; masks see this role.
        tabs: Names of its tabs, in their order.
        sees_contact_data: Whether its pages may show names and what else it takes to reach a customer. Where not, no
            personal column is ever selected, and customers are known by their number.
        reads_customers: Whether its role reads customers at all, or the records of runs alone.
    """

    name: str
    title: str
    owner_role: str
    tabs: tuple[str, ...]
    sees_contact_data: bool
    reads_customers: bool = True


_OF_CUSTOMERS = ("explorer", "customer", "assistant", "campaign")

MARKETING = Audience("marketing", "Customer 360", "APP_MARKETING", _OF_CUSTOMERS, sees_contact_data=True)
ANALYSTS = Audience("analysts", "Customer 360 for analysts", "APP_ANALYST", _OF_CUSTOMERS, sees_contact_data=False)
OPERATIONS = Audience(
    "operations",
    "Customer 360 operations",
    "APP_OPERATIONS",
    ("monitoring",),
    sees_contact_data=False,
    reads_customers=False,
)
AUDIENCES = (MARKETING, ANALYSTS, OPERATIONS)
