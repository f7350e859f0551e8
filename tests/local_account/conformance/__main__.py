"""Writes the README's table of conformance anew: `python -m tests.local_account.conformance`."""

from __future__ import annotations

from tests.local_account.conformance.table import README, section, with_section


def main() -> None:
    """Count the facts, and put the table in its place."""
    README.write_text(with_section(README.read_text(), section()))


if __name__ == "__main__":
    main()
