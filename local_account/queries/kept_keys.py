"""Whether declared keys tell rows apart in the data as they are: looked up once for each state of their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from local_account.queries.data_versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_account.data_plane.plane import DataPlane
    from local_account.semantic.keys import Key
    from local_account.session.session import Session

# Of each data plane the keys that hold in it, each with the version of its table.
_held: WeakKeyDictionary[DataPlane, dict[Key, int]] = WeakKeyDictionary()


def require(session: Session, keys: Iterable[Key]) -> None:
    """Refuse a query whose joins would meet a row twice.

    Raises: ProgrammingError (100183) for a key of which two rows have the same value.
    """
    held = _held.setdefault(session.account.data_plane, {})
    for key in set(keys):
        version = version_of(session.account, [key.table])
        # What a transaction changed itself, nobody else sees.
        if held.get(key) == version and not session.in_transaction:
            continue
        if session.connection.sql(key.duplicates):
            raise key.violated()
        if not session.in_transaction:
            held[key] = version
