"""The real engine and the real Snowflake provider, where this machine has them, on accounts of their own."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from local_account.server.serve import ServedAccount
from tests.support.accounts import connected
from tests.support.engine.inventory import Inventory, inventory
from tests.support.engine.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snowflake.connector import SnowflakeConnection

    from tests.support.engine.project import Outcome

PROGRAMS = ("pulumi", "pulumi-language-python", "pulumi-resource-snowflake")


@pytest.fixture(scope="session")
def _programs() -> None:
    """Skip where a program of the engine is missing: this project's own installation brings none of them.

    What is deployed needs it; tests of the edits' texts do not.
    """
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not on PATH: {', '.join(missing)}")


@dataclass
class Deployed:
    """The platform as the engine deployed it into an account of its own, and what its commands did until now."""

    project: Project
    account: ServedAccount
    empty: Inventory
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    @property
    def inventory(self) -> Inventory:
        """What is in the account now."""
        return inventory(self.account)

    def connection(self) -> SnowflakeConnection:
        """Connect as the account's administrator, who is nobody that the engine knows."""
        return connected(self.account.port)


# Those of this session, for the table at its end.
_DEPLOYED: list[Deployed] = []


@pytest.fixture(scope="module")
def deployed(_programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The platform after `pulumi up`."""
    folder = tmp_path_factory.mktemp("engine")
    with ServedAccount(folder / "account") as account:
        found = Deployed(Project(folder, account), account, inventory(account))
        found.outcomes["up"] = found.project.up()
        _DEPLOYED.append(found)
        yield found


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what happened to each resource type, and how long the commands took."""
    for found in _DEPLOYED:
        terminalreporter.section("pulumi-snowflake on the local account")
        for line in table(found.outcomes):
            terminalreporter.write_line(line)


def table(outcomes: dict[str, Outcome]) -> list[str]:
    """Return a line for each resource type: how many were created, unchanged, without drift, destroyed."""
    names: dict[str, set[str]] = defaultdict(set)
    for name, kind in outcomes["up"].types.items():
        names[kind].add(name)
    seen = {
        "created": outcomes["up"].operations.get("create", set()),
        "no diff": outcomes["preview"].untouched if "preview" in outcomes else set(),
        "no drift": outcomes["drift"].untouched if "drift" in outcomes else set(),
        "destroyed": outcomes["destroy"].operations.get("delete", set()) if "destroy" in outcomes else set(),
    }
    width = max(map(len, names))
    lines = [f"{'type':{width}} {' '.join(f'{column:>9}' for column in seen)}"]
    for kind, ours in sorted(names.items()):
        lines.append(f"{kind:{width}} {' '.join(f'{len(ours & there):9}' for there in seen.values())}")
    total = set().union(*names.values())
    lines.append(f"{'all':{width}} {' '.join(f'{len(total & there):9}' for there in seen.values())}")
    seconds = ", ".join(f"{command} {outcome.seconds:.0f} s" for command, outcome in outcomes.items())
    return [*lines, seconds]
