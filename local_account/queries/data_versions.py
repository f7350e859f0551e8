"""Numbers that tell one state of data from the next, for what is worked out once for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.catalog.objects import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_account.identifiers import Name
    from local_account.session.session import AccountState


def version_of(account: AccountState, relations: Iterable[Name]) -> int:
    """Return a number that each change makes greater which may have reached what relations hold: of a view, any change.

    Args:
        account: whose data they are.
        relations: their full names.
    """
    names = list(relations)
    if all(account.catalog.find(Table, name) for name in names):
        return account.data_plane.version_of(names)
    return account.data_plane.version
