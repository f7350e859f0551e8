"""Whether declared keys tell rows apart in the data as they are: looked up once for each state of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_account.data_plane.plane import DataPlane
    from local_account.semantic.keys import Key
    from local_account.session.session import Session

# Of each data plane the version of its data, and the keys that hold in it.
_held: WeakKeyDictionary[DataPlane, tuple[int, set[Key]]] = WeakKeyDictionary()


def require(session: Session, keys: Iterable[Key]) -> None:
    """Refuse a query whose joins would meet a row twice.

    Raises: ProgrammingError (100183) for a key of which two rows have the same value.
    """
    plane = session.account.data_plane
    version, held = _held.get(plane, (-1, set()))
    if version != plane.version or session.in_transaction:  # whose own changes nobody else sees
        version, held = plane.version, set()
    for key in set(keys) - held:
        if session.connection.sql(key.duplicates):
            raise key.violated()
        held.add(key)
    if not session.in_transaction:
        _held[plane] = (version, held)
