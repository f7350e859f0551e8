"""What writes the pages of docs/ that follow from the code; `make reference` runs it.

A page is a module with a function that returns its text; `main` below `reference` writes all of them, and
tests/docs hold each to what stands on disk.
"""
