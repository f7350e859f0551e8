"""The lists that a reader gathers: each customer once, the newest first, or taken off again."""

from __future__ import annotations

from customer_360.customer.session_lists import MOST_RECENT, toggled, with_newest


def test_the_newest_comes_first_once_and_the_oldest_goes() -> None:
    recent: dict[str, str] = {}
    for number in [*range(MOST_RECENT + 2), 3]:
        recent = with_newest(recent, f"C{number}", f"Name {number}")
    assert list(recent) == ["C3", "C7", "C6", "C5", "C4", "C2"]
    assert recent["C3"] == "Name 3"


def test_a_second_click_takes_a_customer_off_the_list() -> None:
    listed = toggled(toggled([], "C1"), "C2")
    assert listed == ["C1", "C2"]
    assert toggled(listed, "C1") == ["C2"]
