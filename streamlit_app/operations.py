"""The app of the operators: runs, checks, the model, and what is wrong."""

from customer_360.audiences import OPERATIONS
from customer_360.page import show_page

show_page(OPERATIONS)
