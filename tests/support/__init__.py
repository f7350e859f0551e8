"""What several tests need: accounts, platforms, recorded programs, small data."""
