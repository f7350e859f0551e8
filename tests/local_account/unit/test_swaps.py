"""Tables that change names: what a kill cuts short is done in the catalog where the data plane has done it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from local_account.catalog.objects import Table
from local_account.catalog.recovery import differences, reconcile
from local_account.identifiers import Name

if TYPE_CHECKING:
    from local_account.session.session import Session


class _Killed(BaseException):
    pass


@pytest.mark.parametrize("is_done", [True, False])
def test_the_catalog_follows_what_was_committed(session: Session, is_done: bool) -> None:
    account = session.account
    for name in ("ONE", "OTHER"):  # their definitions are the same
        session.execute(f"create or replace table {name} (A int) comment = 'of {name}'")
    session.execute("grant select on table ONE to role PUBLIC")
    one, other = (session.resolve(Name(name)) for name in ("ONE", "OTHER"))
    with suppress(_Killed), pytest.MonkeyPatch.context() as patch, account.swapping(one, other) as steps:
        if is_done:
            session.connection.begin()
            for step in steps:
                session.connection.sql(step)
            session.connection.commit()
        patch.setattr("local_account.catalog.swaps.settle", lambda *_: None)  # as if the process were gone
        raise _Killed
    assert account.catalog.notes()
    reconcile(account.catalog, account.access, account.data_plane)
    assert account.catalog.notes() == differences(account.catalog, account.data_plane) == []
    assert account.catalog.get(Table, one).comment == ("of OTHER" if is_done else "of ONE")
    assert account.catalog.get(Table, other).name == other
    assert "SELECT" in account.access.held("PUBLIC", "TABLE", other if is_done else one)
