"""Plants faults in our Python, one at a time, and counts how many the tests see: `make mutants`."""
