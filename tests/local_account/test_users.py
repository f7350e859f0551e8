"""Users and their passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from snowflake.connector.errors import DatabaseError

from local_account.catalog.objects import User
from local_account.catalog.store import Catalog
from local_account.catalog.users import create_user, hashed, log_in, matches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.db")
    create_user(catalog, "ANNE", "secret", default_role="READER")
    create_user(catalog, "SERVICE", None)
    yield catalog
    catalog.close()


def test_a_hash_matches_its_password_only_and_is_salted() -> None:
    stored = hashed("secret")
    assert matches("secret", stored)
    assert not matches("Secret", stored)
    assert hashed("secret") != stored
    assert "secret" not in stored


def test_a_user_logs_in_by_name_in_any_case(catalog: Catalog) -> None:
    assert log_in(catalog, "anne", "secret") == "ANNE"


@pytest.mark.parametrize(
    ("user", "password"), [("ANNE", "wrong"), ("ANNE", None), ("ANNE", ""), ("NOBODY", "secret"), ("SERVICE", None)]
)
def test_everybody_else_gets_one_and_the_same_answer(catalog: Catalog, user: str, password: str | None) -> None:
    with pytest.raises(DatabaseError, match="Incorrect username or password was specified") as caught:
        log_in(catalog, user, password)
    assert caught.value.errno == 390100


def test_a_disabled_user_is_refused(catalog: Catalog) -> None:
    (anne,) = [user for user in catalog.list(User) if user.name.name == "ANNE"]
    anne.disabled = True
    with pytest.raises(DatabaseError):
        log_in(catalog, "ANNE", "secret")
