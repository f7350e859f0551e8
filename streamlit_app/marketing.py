"""The app of the marketing team: customers with what it takes to reach them."""

from customer_360.audiences import MARKETING
from customer_360.page import show_page

show_page(MARKETING)
