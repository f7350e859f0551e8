"""The tests; a package, so that `tests.support` is found by its name whoever else installs one called tests."""
