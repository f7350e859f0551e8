"""Arithmetic and rules of the page of one customer, without a database and without a page."""
