"""Large results in pieces: the first within the answer, the others by addresses that a client asks as it reads on.

So neither side holds a result as text. The same on Snowflake: there the addresses lead to files.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_account.results import Result

PATH = "/results"
_PIECE_BYTES = 4 << 20
# Of results whose sessions go on; the newest is kept whatever its size.
_KEPT_BYTES = 256 << 20


@dataclass(frozen=True)
class _Kept:
    result: Result
    session_id: int
    rows: int


class ResultPieces:
    """The large results that clients may still be reading, each under a name that only its client knows.

    A result goes with its session, or when newer ones need the room.

    Args:
        address: of the server, such as http://127.0.0.1:8084.
        piece_bytes: how large a piece is about to be, as Arrow.
    """

    def __init__(self, address: str, piece_bytes: int = _PIECE_BYTES) -> None:
        self._address = address
        self._piece_bytes = piece_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def divide(self, result: Result, session_id: int) -> tuple[Result, list[dict[str, Any]]]:
        """Cut a result that is larger than a piece, and keep it for its client.

        Args:
            result: the whole.
            session_id: whose client reads it.

        Returns: the first piece, and of each other one what the protocol says: its address, rows and bytes.
        """
        total, size = result.arrow.num_rows, result.arrow.nbytes
        if size <= self._piece_bytes or total <= 1:
            return result, []
        kept = _Kept(result, session_id, max(1, total * self._piece_bytes // size))
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._kept[name] = kept
            while len(self._kept) > 1 and sum(each.result.arrow.nbytes for each in self._kept.values()) > _KEPT_BYTES:
                self._kept.popitem(last=False)
        others = []
        for number, start in enumerate(range(kept.rows, total, kept.rows), start=1):
            count = min(kept.rows, total - start)
            about = count * size // total
            others.append(
                {
                    "url": f"{self._address}{PATH}/{name}/{number}",
                    "rowCount": count,
                    "uncompressedSize": about,
                    "compressedSize": about,
                }
            )
        return _piece(kept, 0), others

    def get(self, name: str, number: int) -> Result | None:
        """Return a piece of a result, or None where it is gone."""
        with self._lock:
            kept = self._kept.get(name)
        return None if kept is None else _piece(kept, number)

    def drop(self, session_id: int) -> None:
        """Forget the results of a session that has ended."""
        with self._lock:
            for name in [name for name, kept in self._kept.items() if kept.session_id == session_id]:
                del self._kept[name]


def _piece(kept: _Kept, number: int) -> Result:
    return replace(kept.result, arrow=kept.result.arrow.slice(number * kept.rows, kept.rows))
