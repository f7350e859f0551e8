"""Sessions ask for grants while other sessions grant: the engine deploys many resources at a time."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest

from local_account.catalog.rights import Access, Grant
from local_account.catalog.store import Catalog
from local_account.identifiers import Name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def _many_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_many_switches")
def test_grants_can_be_read_while_others_are_made(tmp_path: Path) -> None:
    access = Access(Catalog(tmp_path / "catalog.db"))
    schema = Name.of("D", "S")
    changing = [Grant("SELECT", "TABLE", str(schema), f"ROLE_{i}", future=True) for i in range(200)]
    changing += [Grant("SELECT", "TABLE", "D.S.T", f"ROLE_{i}") for i in range(200)]
    is_over = threading.Event()

    rounds, errors = 0, []

    def grant_and_revoke() -> None:
        nonlocal rounds
        try:
            while not is_over.is_set():
                access.add(changing)
                access.remove(changing)
                rounds += 1
        except Exception as error:  # noqa: BLE001 - a thread's exception fails no test by itself
            errors.append(error)

    writer = threading.Thread(target=grant_and_revoke)
    writer.start()
    try:
        for _ in range(300):
            access.future_in(schema)
            access.on("TABLE", Name.of("D", "S", "T"))
            access.held("ROLE_1", "TABLE", Name.of("D", "S", "T"))
            access.to("ROLE_1")
            access.future_to("ROLE_1")
    finally:
        is_over.set()
        writer.join()
    assert errors == []
    assert rounds
    assert access.to("ROLE_1") == access.future_to("ROLE_1") == []
