"""What an account is before anybody serves it, and what its sessions are told of services that do not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.dbt.runs import DbtProcesses
from local_account.identifiers import Name

if TYPE_CHECKING:
    from local_account.account import Account
    from local_account.session.session import Session


def test_an_account_that_nobody_serves_has_no_port(bare_account: Account) -> None:
    assert (bare_account.host, bare_account.port) == ("127.0.0.1", 0)


def test_session_ids_are_never_used_again(bare_account: Account) -> None:
    ids = [bare_account.next_session_id() for _ in range(3)]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]
    assert ids[0] > 0
    assert set(ids).isdisjoint(bare_account.sessions)


def test_a_session_is_known_until_it_closes(bare_account: Account) -> None:
    with bare_account.open_session("LOCAL", "ACCOUNTADMIN") as opened:
        assert bare_account.sessions[opened.session_id] is opened
        assert (opened.autocommit, opened.in_transaction, opened.task) == (True, False, None)
    assert opened.session_id not in bare_account.sessions


def test_a_service_is_found_by_its_class_or_missed_by_its_name(
    bare_account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bare_account, "_services", {})
    with pytest.raises(ProgrammingError, match="needs the account's DbtProcesses, which is not running"):
        bare_account.service(DbtProcesses)
    provided = DbtProcesses(bare_account)
    bare_account.provide(provided)
    assert bare_account.service(DbtProcesses) is provided


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("T", ("UNIT", "PUBLIC", "T")),
        ("S.T", ("UNIT", "S", "T")),
        ("D.S.T", ("D", "S", "T")),
        ('"t"', ("UNIT", "PUBLIC", "t")),
    ],
)
def test_a_name_is_completed_by_the_session_s_places(session: Session, written: str, parts: tuple[str, ...]) -> None:
    database = session.resolve(Name("T")).database
    found = session.resolve(Name.parse(written))
    assert found.parts == tuple(database if part == "UNIT" else part for part in parts)
