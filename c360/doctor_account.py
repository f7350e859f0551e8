"""Asks a real Snowflake account for what the first deployment needs of it; each question stands in docs/deploy.md."""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import yaml

from c360.check import Check
from components.repository import ROOT
from stacks.environment import environment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stacks.config import PlatformConfig

    Query = Callable[[str], list[dict[str, Any]]]

# ALTER DBT PROJECT ... DEPLOY FROM came with it.
BUNDLE = "2026_06"
ADMINISTRATOR = "ACCOUNTADMIN"
# What the pages import in Snowflake's warehouse runtime.
APP_ENVIRONMENT = ROOT / "streamlit_app" / "environment.yml"
# Every account has this database, also before the first deployment.
_PACKAGES = (
    "SELECT package_name, version FROM SNOWFLAKE.INFORMATION_SCHEMA.PACKAGES "
    "WHERE language = 'python' AND runtime_version = '{python}'"
)


def check_account(config: PlatformConfig, query: Query) -> Iterator[Check]:
    """Check the deploying user, the recipients of mail, and the behaviour of the account.

    Args:
        config: of the stack.
        query: runs a statement as the deploying user with its role ACCOUNTADMIN, and returns rows by lower-case column.
    """
    users = query("SHOW USERS")
    yield from _deploying_user(config, users, query)
    yield from (_recipient(address, users) for address in config.notifications.recipients)
    yield _bundle(query)
    yield from check_app_packages(APP_ENVIRONMENT.read_text(), query)


def _deploying_user(config: PlatformConfig, users: list[dict[str, Any]], query: Query) -> Iterator[Check]:
    name = config.snowflake.user.upper()
    user = next((row for row in users if str(row["name"]).upper() == name), {})
    yield Check(
        "Snowflake user",
        f"{name} is there" if user else f"no user {name}",
        bool(user),
        "docs/deploy.md, step 1 makes it",
    )
    held = {str(row.get("role")) for row in query(f'SHOW GRANTS TO USER "{name}"')} if user else set()
    yield Check(
        "Role of the user",
        f"{name} holds {', '.join(sorted(held)) or 'no role'}",
        ADMINISTRATOR in held,
        f"GRANT ROLE {ADMINISTRATOR} TO USER {name}",
    )
    wanted, found = environment_of(config).warehouse("transform"), str(user.get("default_warehouse") or "")
    yield Check(
        "Default warehouse",
        found or "none",
        bool(found),
        f"ALTER USER {name} SET DEFAULT_WAREHOUSE = {wanted} (it may be set before that warehouse is there)",
        is_required=False,
    )


def _recipient(address: str, users: list[dict[str, Any]]) -> Check:
    owner = next((row for row in users if str(row.get("email") or "").lower() == address.lower()), None)
    return Check(
        f"Mail to {address}",
        f"the address of user {owner['name']}" if owner else "the address of no user",
        owner is not None,
        "only addresses that users of the account have verified get mail, and any other stops the first 'pulumi up': "
        f"CREATE USER ... TYPE = PERSON EMAIL = '{address}', log in and verify it in Snowsight",
    )


def _bundle(query: Query) -> Check:
    (answer,) = query(f"SELECT SYSTEM$BEHAVIOR_CHANGE_BUNDLE_STATUS('{BUNDLE}') AS status")
    status = str(answer["status"])
    return Check(
        f"Behaviour bundle {BUNDLE}",
        status.lower(),
        status.upper() != "DISABLED",
        f"SELECT SYSTEM$ENABLE_BEHAVIOR_CHANGE_BUNDLE('{BUNDLE}'), as ACCOUNTADMIN",
    )


def check_app_packages(environment: str, query: Query) -> Iterator[Check]:
    """Check that Snowflake's channel has what the pages import, in a version that they accept.

    Args:
        environment: text of the app's environment.yml.
        query: as `check_account`.
    """
    from snowflake.connector.errors import ProgrammingError  # noqa: PLC0415 - seconds, and only here

    wanted = dict(_pinned(line) for line in yaml.safe_load(environment)["dependencies"])
    python = wanted.pop("python")
    try:
        listed = query(_PACKAGES.format(python=python))
    except ProgrammingError as error:
        said = " ".join(str(error.raw_msg or error.msg).split())
        remedy = f"grant {ADMINISTRATOR} the database SNOWFLAKE, or look for the packages in Snowsight"
        yield Check("Packages of the app", f"cannot be listed: {said}", is_good=False, remedy=remedy, is_required=False)
        return
    offered: dict[str, set[str]] = defaultdict(set)
    for row in listed:
        offered[str(row["package_name"]).lower()].add(str(row["version"]))
    for name, version in wanted.items():
        there = offered[name]
        fits = any(fnmatchcase(one, version) for one in there)
        told = f"{version} is there" if version != "*" else "is there"
        found = told if fits else f"there is no {version} of it" if there else "is not there"
        yield Check(
            f"Package {name} for the app",
            f"{found}, for Python {python}",
            fits,
            f"name another version in {APP_ENVIRONMENT.relative_to(ROOT)}, or accept Anaconda's terms in Snowsight "
            "(Admin, Terms) where no package is there",
        )


def _pinned(line: str) -> tuple[str, str]:
    """Return the name of a dependency and the versions that it accepts, `*` for every one."""
    name, _, version = line.partition("=")
    return name.strip().lower(), version.strip("= ") or "*"
