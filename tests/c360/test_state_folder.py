"""The state folder: made where nothing of anybody else's is, and removed as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from c360.errors import CommandError
from c360.state_folder import alone, holds_state, prepare, remove

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("marker", ["c360-state", "catalog.db"])
def test_a_folder_with_a_mark_of_ours_is_ours(tmp_path: Path, marker: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert not holds_state(home)
    (home / marker).touch()
    (home / "more").touch()
    assert holds_state(home)
    prepare(home)
    remove(home)
    assert not home.exists()


def test_a_folder_is_made_and_says_whose_it_is(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b"
    prepare(home)
    assert "c360 destroy" in (home / "c360-state").read_text()
    empty = tmp_path / "empty"
    empty.mkdir()
    prepare(empty)
    assert holds_state(empty)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").touch()
    with pytest.raises(CommandError, match="holds files that are not of this platform"):
        prepare(tmp_path)
    remove(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_one_command_at_a_time_changes_a_stack(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with alone(home, "destroy"):
        at_work = pytest.raises(CommandError, match="'c360 destroy' is at work on this stack: wait for its end")
        with at_work, alone(home, "run"):
            pytest.fail("two at once")
        remove(home)  # what 'destroy' does before it lets others in
    with alone(home, "up"), pytest.raises(CommandError, match="'c360 up' is at work"), alone(home, "run"):
        pytest.fail("two at once")
