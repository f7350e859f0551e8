from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from customer_360 import tabs
from customer_360.context import Tab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def unfrozen() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("unfrozen")
def test_what_a_tab_loads_is_not_looked_at_for_garbage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made_up.py").write_text("def show(page):\n    page.append('shown')\n")
    monkeypatch.setattr(tabs, "__path__", [*tabs.__path__, str(tmp_path)])
    tab, shown = Tab("made_up", "Made up", ""), list[str]()
    page: Any = shown  # a tab takes whatever its page is
    tab.show(page)
    assert gc.get_freeze_count() > 10_000  # all libraries of the page too
    gc.unfreeze()
    tab.show(page)
    assert gc.get_freeze_count() == 0  # later runs leave garbage, which is looked for
    assert shown == ["shown", "shown"]
