"""The app of the analysts: customers by their number, without personal data."""

from customer_360.audiences import ANALYSTS
from customer_360.page import show_page

show_page(ANALYSTS)
