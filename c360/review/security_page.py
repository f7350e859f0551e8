"""Writes docs/security.md, which a reviewer signs: who may do what, by the program, and what is not protected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c360.review.revisions import recorded_stack
from components.documents import allow_statements, listed
from components.markdown_table import markdown_table
from components.repository import ROOT
from pipeline.personal_data import PERSONAL_DATA
from stacks.apps import APPS
from stacks.environment import APP_OWNERS, ROLES
from stacks.roles import ACCESS, PII_CONTACT, PII_FULL, ROLE_COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from c360.review.snapshot import Snapshot

PAGE = ROOT / "docs" / "security.md"
_STACK = "prod"
_HEAD = """# Security review

What stack prod declares, written by `make reference` from the program itself: a test fails where the two differ. What a
change does to it stands first in the report of `c360 preview`; what an account differs in, `c360 drift` tells.
"""
_LEVELS = """Nobody else gets anything: `PUBLIC` has no grant. `read` is SELECT, `use` reaches single objects, `full`
owns what it makes, `host` holds an app.
"""
SIGNED = "## Signed\n"
_UNSIGNED = """
| reviewer | day | revision | verdict |
| --- | --- | --- | --- |
"""
# What an account could have, by the kind of resource that would bring it: a line stands here as long as there is none.
_ABSENT = {
    "NetworkPolicy": "From which addresses people and services log in: no network policy is declared.",
    "AuthenticationPolicy": "How they log in: no authentication policy is declared; a second factor is the account's.",
    "RowAccessPolicy": "Which customers a role sees: every role sees all rows of what it reads.",
    "Key": "Keys of one's own: the bucket is encrypted with keys of S3, tables with keys of Snowflake.",
    "Trail": "Who read an object of the bucket: no trail of data events is declared.",
}  # fmt: skip
_ALWAYS_OPEN = (
    "Who deploys holds `ACCOUNTADMIN`, and by it everything: guard that user first.",
    "An app reads with its owner's role: whoever may open it sees all that the owner sees.",
    "Marketing's lists leave as CSV and PDF; the export is recorded, the file is beyond reach.",
    "Time Travel and Fail-safe keep what was deleted, for `retention_days` and seven days more.",
    "The account on this computer has a password that everybody knows; it serves loopback only.",
)
_SECRETS = (
    (
        "Snowflake, for people and CI",
        "a key pair, or a token of the workload's identity, in `SNOWFLAKE_*`",
        "deploy.md",
    ),
    ("AWS, for CI", "a role that GitHub's token may assume, per environment", "deploy.md"),
    (
        "Snowflake to AWS",
        "no key: the role trusts Snowflake's user with an external id of the environment",
        "deploy.md",
    ),
    ("In this repository", "none: stack files hold names only, and workflows know no secret", "config.md"),
)


def security_page(prod: Snapshot) -> str:
    """Return the page as Markdown, down to where reviewers sign.

    Args:
        prod: what the program declares for prod.
    """
    parts = [
        _HEAD,
        "## Who may do what\n",
        markdown_table(("role", "is for", "schemas", "warehouses", "account", "objects"), _role_rows()),
        _LEVELS,
        "## Who sees which personal data\n",
        markdown_table(("kind", "in its place, others read", *_short(ROLES), *_short(APP_OWNERS)), _personal_rows()),
        "A column is masked by its tag; a value that nobody thought of is hidden.\n",
        "## What a viewer of an app reaches\n",
        markdown_table(("app", "opened by", "reads as", "which reads", "and calls"), _app_rows()),
        "## What AWS allows\n",
        markdown_table(("who", "action", "on", "if"), _aws_rows(prod)),
        "## Secrets\n",
        markdown_table(("for", "what", "how"), [(a, b, f"[{c}]({c})") for a, b, c in _SECRETS]),
        "## Not protected yet\n",
        "\n".join(f"- {line}" for line in [*_ALWAYS_OPEN, *_missing(prod)]) + "\n",
        SIGNED,
    ]
    return "\n".join(parts)


def _short(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"`{role}`" for role in roles)


def _role_rows() -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for role in (*ROLES, *APP_OWNERS):
        access = ACCESS[role]
        objects = [f"{', '.join(privileges)} on `{name}`" for (_, name), privileges in access.objects.items()]
        rows.append(
            (f"`{role}`", ROLE_COMMENTS[role], _pairs(access.schemas), _pairs(access.warehouses),
             ", ".join(access.account) or "-", "; ".join(objects) or "-")
        )  # fmt: skip
    return rows


def _pairs(levels: object) -> str:
    return ", ".join(f"{name}: {level}" for name, level in dict(levels).items())  # type: ignore[call-overload]


def _personal_rows() -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for kind, data in PERSONAL_DATA.items():
        seen = []
        for role in (*ROLES, *APP_OWNERS):
            sees = ACCESS[role].sees
            is_clear = PII_FULL in sees or (data.for_contact and PII_CONTACT in sees)
            seen.append("**clear**" if is_clear else "masked")
        rows.append((kind, f"`{data.masked}`", *seen))
    return rows


def _app_rows() -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for app in APPS:
        access = ACCESS[app.owner]
        calls = [name for (kind, name) in access.objects if kind == "PROCEDURE"]
        reads = [schema for schema, level in access.schemas.items() if level == "read"]
        called = ", ".join(f"`{name}`" for name in calls) or "nothing"
        rows.append((app.title, f"`{app.people}`", f"`{app.owner}`", ", ".join(reads), called))
    return rows


def _aws_rows(prod: Snapshot) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for policy in prod.of("RolePolicy", "BucketPolicy"):
        for statement in allow_statements(policy.inputs["policy"]):
            on = ", ".join(str(one).rpartition(":")[2] for one in listed(statement["Resource"]))
            rows.append((f"{policy.kind} of `{policy.name}`", _joined(statement["Action"]), on, _condition(statement)))
    for role in prod.of("Role"):
        for statement in allow_statements(role.inputs["assumeRolePolicy"]):
            name = str(role.inputs["name"])
            rows.append(("Snowflake's user of the account", _joined(statement["Action"]), name, _condition(statement)))
    return rows


def _joined(actions: object) -> str:
    return ", ".join(f"`{action}`" for action in listed(actions))


def _condition(statement: dict[str, object]) -> str:
    condition = statement.get("Condition")
    if not isinstance(condition, dict):
        return "-"
    said = [f"{key} is {', '.join(listed(value))}" for test in condition.values() for key, value in test.items()]
    return "; ".join(said)


def _missing(prod: Snapshot) -> list[str]:
    return [sentence for kind, sentence in _ABSENT.items() if not prod.of(kind)]


def main() -> None:
    """Write the page anew; who signed stays."""
    _, _, signed = (PAGE.read_text() if PAGE.exists() else "").partition(SIGNED)
    PAGE.write_text(security_page(recorded_stack(ROOT, _STACK)) + (signed or _UNSIGNED))


if __name__ == "__main__":
    main()
