"""The page of the Native App: customers by their number, over tables of the account that installed it."""

from customer_360.audiences import Audience
from customer_360.page import show_page

# No assistant: it would ask Cortex Analyst about a semantic view that the consumer's account does not have.
show_page(
    Audience(
        "consumers",
        "Customer 360",
        "CUSTOMER_360_APPLICATION",
        ("explorer", "customer", "campaign"),
        sees_contact_data=False,
    )
)
