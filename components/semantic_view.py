"""A semantic view made of YAML: the whole of it in one text, which the account gives back.

The Snowflake provider's resource has no place for verified queries, instructions, filters and sample values, and
sees no drift in its lists.
"""

from __future__ import annotations

from typing import Any

import pulumi  # noqa: TC002 - reads the types of outputs at run time
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult

from components.account_provider import AccountError, AccountProvider, MissingObjectError, outputs
from semantic.differences import differences

_PLACE = ("database", "schema", "name")


class SemanticViewProvider(AccountProvider):
    """Makes, replaces and drops one semantic view; what is granted on it stays when it is replaced."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Let the account verify another YAML before anything is changed, where the view, so its tables, are there."""
        failures = []
        is_known = all(isinstance(news.get(key), str) for key in (*_PLACE, "role", "yaml"))
        if _olds and is_known and _olds.get("yaml") != news["yaml"]:
            try:
                self._call(news, verify_only=True)
            except MissingObjectError:
                pass  # a table that the same update makes
            except AccountError as error:
                failures.append(CheckFailure("yaml", str(error)))
        return CheckResult(news, failures)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare what the texts say, not how they are written; another place is another view."""
        moved = [key for key in _PLACE if _olds.get(key) != _news.get(key)]
        changed = (
            moved
            or any(_olds.get(key) != _news.get(key) for key in ("declarations", "role"))
            or not _olds.get("yaml")
            or bool(differences(_olds["yaml"], _news["yaml"]))
        )
        return DiffResult(changes=bool(changed), replaces=moved, delete_before_replace=True)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the view, in place of one that is there, over tables that are declared where they are not."""
        self._make(props)
        return CreateResult(_qualified(props), outputs(props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read the YAML back; where it says the same, the program's own text stands for it."""
        try:
            rows = self.run(props["role"], f"SELECT SYSTEM$READ_YAML_FROM_SEMANTIC_VIEW('{_qualified(props)}')")
        except MissingObjectError:
            return ReadResult(None, {})
        found = str(rows[0][0])
        same = bool(props.get("yaml")) and not differences(props["yaml"], found)
        return ReadResult(id_, outputs(props) | {"yaml": props["yaml"] if same else found})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Replace the view, with its grants."""
        self._make(_news)
        return UpdateResult(outputs(_news))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Drop the view."""
        self.run(_props["role"], f"DROP SEMANTIC VIEW IF EXISTS {_qualified(_props)}")

    def _make(self, props: dict[str, Any]) -> None:
        for statement in props["declarations"]:
            self.run(props["role"], statement)
        self._call(props)

    def _call(self, props: dict[str, Any], *, verify_only: bool = False) -> None:
        schema = ".".join(f'"{props[key]}"' for key in _PLACE[:2])
        verified = ", TRUE" if verify_only else ""
        self.run(
            props["role"],
            f"CALL SYSTEM$CREATE_SEMANTIC_VIEW_FROM_YAML('{schema}', $${props['yaml']}$${verified})",
        )


def _qualified(props: dict[str, Any]) -> str:
    return ".".join(f'"{props[key]}"' for key in _PLACE)


class SemanticView(Resource, module="customer360", name="SemanticView"):
    """A semantic view.

    Inputs: database, schema and name of the view, the name being that of the YAML; yaml, its text; declarations,
    statements that bring its base tables where they are not there; role, which owns it.
    """

    yaml: pulumi.Output[str]
