"""The journal of S3 and IAM: which requests are kept, and that a kill costs only what was never answered."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest

from local_account.aws.journal import INLINE_BYTES, Entry, Journal, compact

if TYPE_CHECKING:
    from pathlib import Path


def request(line: str, body: bytes = b"", *, copied: str = "", upload: str | None = None) -> Entry:
    """Make an entry of a line such as `PUT /lake/a?x=1`."""
    method, _, address = line.partition(" ")
    path, _, query = address.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query}
    environ |= {"HTTP_X_AMZ_COPY_SOURCE": copied} if copied else {}
    return Entry(1, "2024-01-01T00:00:00", environ, base64.b64encode(body).decode(), upload_id=upload)


def lines(entries: list[Entry]) -> list[str]:
    return [
        f"{e.method} {'/'.join(filter(None, e.target))}{'?' + e.environ['QUERY_STRING'] if e.query else ''}"
        for e in entries
    ]


_DELETE_A = b"<Delete><Object><Key>a</Key></Object></Delete>"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (["PUT /l", "PUT /l/a", "PUT /l/a"], ["PUT l", "PUT l/a"]),
        (["PUT /l", "PUT /l/a", "PUT /l/b"], ["PUT l", "PUT l/a", "PUT l/b"]),
        (["PUT /l", "PUT /l/a", "DELETE /l/a"], ["PUT l"]),
        (["PUT /l", "PUT /l/a", "DELETE /l/a", "PUT /l/a"], ["PUT l", "PUT l/a"]),
        (["PUT /l", "DELETE /l/never"], ["PUT l"]),
        (["PUT /l", "PUT /l/a", "DELETE /l"], []),
        (["PUT /l", "DELETE /l", "PUT /l"], ["PUT l"]),
        (["PUT /l", "PUT /m", "DELETE /l"], ["PUT m"]),
        # settings of a bucket or an object are no object, and their removal removes none
        (["PUT /l", "PUT /l?versioning=", "PUT /l/a", "PUT /l/a?tagging="],
         ["PUT l", "PUT l?versioning=", "PUT l/a", "PUT l/a?tagging="]),
        (["PUT /l", "DELETE /l?lifecycle=", "PUT /l/a"], ["PUT l", "DELETE l?lifecycle=", "PUT l/a"]),
        (["PUT /l", "PUT /l/a", "DELETE /l/a?versionId=1"], ["PUT l", "PUT l/a", "DELETE l/a?versionId=1"]),
        (["POST /", "POST /"], ["POST ", "POST "]),  # IAM's
    ],
)  # fmt: skip
def test_what_a_later_request_undid_is_dropped(tmp_path: Path, written: list[str], kept: list[str]) -> None:
    assert lines(compact([request(line) for line in written], Journal(tmp_path))) == kept


def test_several_objects_are_deleted_at_once(tmp_path: Path) -> None:
    entries = [request("PUT /l"), request("PUT /l/a"), request("PUT /l/b"), request("POST /l?delete=", _DELETE_A)]
    assert lines(compact(entries, Journal(tmp_path))) == ["PUT l", "PUT l/b"]
    entries[3] = request("POST /l?delete=", _DELETE_A.replace(b">a<", b">&lt;&amp;&quot;&gt;<"))
    entries[1] = request('PUT /l/<&">')
    assert lines(compact(entries, Journal(tmp_path))) == ["PUT l", "PUT l/b"]


def test_an_upload_is_kept_once_it_is_complete(tmp_path: Path) -> None:
    begun = [
        request("PUT /l"), request("POST /l/a?uploads=", upload="U"), request("PUT /l/a?partNumber=1&uploadId=U"),
    ]  # fmt: skip
    ended = request("POST /l/a?uploadId=U")
    assert lines(compact(begun, Journal(tmp_path))) == ["PUT l"]
    assert len(compact([*begun, ended], Journal(tmp_path))) == 4
    assert lines(compact([*begun, request("DELETE /l/a?uploadId=U")], Journal(tmp_path))) == ["PUT l"]
    assert lines(compact([request("PUT /l"), request("PUT /l/a"), *begun[1:], ended], Journal(tmp_path)))[1] == (
        "POST l/a?uploads="
    )  # what the upload replaced is gone
    assert lines(compact([*begun, ended, request("PUT /l/a")], Journal(tmp_path))) == ["PUT l", "PUT l/a"]


def test_what_a_copy_reads_stays_though_it_is_deleted_later(tmp_path: Path) -> None:
    entries = [
        request("PUT /l"), request("PUT /l/a"), request("PUT /l/b", copied="/l/a?versionId=1"), request("DELETE /l/a"),
    ]  # fmt: skip
    assert lines(compact(entries, Journal(tmp_path))) == ["PUT l", "PUT l/a", "PUT l/b", "DELETE l/a"]


@pytest.mark.parametrize(
    ("source", "read"),
    [("", None), ("/l/a", ("l", "a")), ("l/a%20b/c?versionId=1", ("l", "a b/c"))],
)
def test_what_a_copy_reads(source: str, read: tuple[str, str] | None) -> None:
    assert request("PUT /l/b", copied=source).copied_from == read


def test_a_key_is_utf_8_and_a_query_may_be_empty() -> None:
    entry = request("PUT /l/ü/b?versioning&x=1&x=2")
    assert entry.target == ("l", "ü/b")
    assert entry.query == {"versioning": "", "x": "1"}


@pytest.mark.parametrize(("size", "is_inline"), [(0, True), (INLINE_BYTES, True), (INLINE_BYTES + 1, False)])
def test_large_bodies_have_a_file_of_their_own(tmp_path: Path, size: int, is_inline: bool) -> None:
    journal, entry, body = Journal(tmp_path), request("PUT /l/a"), io.BytesIO(b"x" * size)
    journal.keep_body(entry, body)
    assert body.tell() == 0
    assert (entry.body_file is None) is is_inline
    assert journal.body_of(entry) == b"x" * size
    assert len(list(journal.bodies.iterdir())) == (not is_inline)
    journal.drop_body(entry)
    assert list(journal.bodies.iterdir()) == []


def test_a_line_that_a_kill_cut_off_and_one_without_its_body_are_dropped(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.open_compacted() == []
    large = request("PUT /l/large")
    journal.keep_body(large, io.BytesIO(b"x" * (INLINE_BYTES + 1)))
    for entry in (request("PUT /l"), large, request("PUT /l/a")):
        journal.append(entry)
    journal.close()
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write('{"seed": 1, "at"')
    assert lines(Journal(tmp_path).entries()) == ["PUT l", "PUT l/large", "PUT l/a"]
    journal.drop_body(large)
    assert lines(Journal(tmp_path).entries()) == ["PUT l", "PUT l/a"]


def test_bodies_that_nothing_needs_are_removed_and_a_closed_journal_takes_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    (journal.bodies / "left").touch()
    journal.open_compacted()
    assert list(journal.bodies.iterdir()) == []
    journal.close()
    with pytest.raises(RuntimeError, match="is not open"):
        journal.append(request("PUT /l"))
