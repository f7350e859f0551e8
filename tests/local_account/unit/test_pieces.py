"""Large results in pieces: together they are the whole, and they go when nobody reads them any more."""

from __future__ import annotations

import pyarrow as pa
import pytest

from local_account.results import Result, table_result
from local_account.server import pieces
from local_account.server.pieces import ResultPieces

ADDRESS = "http://127.0.0.1:1"


def numbers(count: int) -> Result:
    return table_result([("A", "fixed")], [(n,) for n in range(count)])


@pytest.mark.parametrize(("rows", "piece_rows", "others"), [(10, 4, [4, 2]), (8, 4, [4]), (4, 4, []), (0, 4, [])])
def test_pieces_together_are_the_whole(rows: int, piece_rows: int, others: list[int]) -> None:
    whole = numbers(rows)
    each = whole.arrow.nbytes // max(rows, 1)
    kept = ResultPieces(ADDRESS, piece_bytes=max(piece_rows * each, 1))
    first, told = kept.divide(whole, 7)
    assert [piece["rowCount"] for piece in told] == others
    found = [first.arrow]
    for piece in told:
        name, number = piece["url"].removeprefix(f"{ADDRESS}/results/").split("/")
        further = kept.get(name, int(number))
        assert further is not None
        assert (further.query_id, further.rowtype) == (whole.query_id, whole.rowtype)
        found.append(further.arrow)
    assert pa.concat_tables(found).equals(whole.arrow)


def test_a_row_larger_than_a_piece_is_one() -> None:
    first, told = ResultPieces(ADDRESS, piece_bytes=1).divide(numbers(3), 7)
    assert (first.arrow.num_rows, [piece["rowCount"] for piece in told]) == (1, [1, 1])


def name_of(told: list[dict[str, str]]) -> str:
    return told[0]["url"].split("/")[-2]


def test_results_go_with_their_session_and_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = ResultPieces(ADDRESS, piece_bytes=16)
    mine, other = (name_of(kept.divide(numbers(10), session)[1]) for session in (1, 2))
    assert mine != other
    kept.drop(1)
    assert kept.get(mine, 1) is None
    assert kept.get(other, 1) is not None
    monkeypatch.setattr(pieces, "_KEPT_BYTES", 1)
    newest = name_of(kept.divide(numbers(10), 2)[1])
    assert kept.get(other, 1) is None
    assert kept.get(newest, 1) is not None
