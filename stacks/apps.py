"""The app's Streamlit objects: one per audience, each owned by a role of its own, whose rights its pages read with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stacks.environment import ANALYST, APP_ANALYST, APP_MARKETING, APP_OPERATIONS, ENGINEER, MARKETING

if TYPE_CHECKING:
    from stacks.environment import Environment

# The stage of their files, which they share.
APP_STAGE = "APP_STAGE"
Audience = Literal["marketing", "analyst", "operations"]


@dataclass(frozen=True)
class App:
    """One Streamlit object.

    Attributes:
        audience: Who looks at it, as `c360 app --as` says.
        name: Of the object, in PLATFORM.
        title: What people see as its name.
        main_file: Entry point among the app's files, which all objects share.
        owner: Role that owns it, without an environment's suffix. Whoever looks at a page sees what this role may.
        people: Role of those who may look at it.
    """

    audience: Audience
    name: str
    title: str
    main_file: str
    owner: str
    people: str


APPS = (
    App("marketing", "CUSTOMER_360_APP", "Customer 360", "marketing.py", APP_MARKETING, MARKETING),
    App("analyst", "CUSTOMER_360_APP_ANALYST", "Customer 360 for analysts", "analysts.py", APP_ANALYST, ANALYST),
    App(
        "operations", "CUSTOMER_360_APP_OPERATIONS", "Customer 360 operations", "operations.py",
        APP_OPERATIONS, ENGINEER,
    ),
)  # fmt: skip


def app_outputs(environment: Environment) -> dict[str, dict[str, str]]:
    """Return what the command line needs of each app, by its audience: full name, entry point, and owner's role."""
    return {
        app.audience: {
            "name": environment.qualified(app.name),
            "main_file": app.main_file,
            "role": environment.role(app.owner),
        }
        for app in APPS
    }
