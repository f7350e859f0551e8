"""The commands, grouped by what a person wants; each loads what it needs when it runs."""
