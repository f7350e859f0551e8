"""The table of what replaces a resource, against the program and, where it is installed, the provider itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from c360.review.replacement import FORCES_REPLACEMENT, is_classified
from components.options import HOLDS_DATA
from components.semantic_view import SemanticViewProvider
from components.stage_files import ExclusiveFilesProvider, StageFileProvider
from tests.support.recorded import STACKS, recorded

if TYPE_CHECKING:
    from pulumi.dynamic import ResourceProvider

# Decided by a custom diff of the provider, which its schema does not tell.
BY_CUSTOM_DIFF = {
    "Execute": {"execute"},
    # Unless the provider's experiment of renaming hierarchies is on.
    "Schema": {"database"},
    "Table": {"database", "schema"},
    "StageExternalS3": {"directory.autoRefresh"},
    "StageInternal": {"directory.autoRefresh"},
}
# Of this name the program has a dynamic resource of its own.
OURS = {"SemanticView"}
PROVIDER = "pulumi-resource-snowflake"


@pytest.mark.parametrize("stack", STACKS)
def test_every_type_of_the_program_is_classified(stack: str) -> None:
    assert {r.kind for r in recorded(stack).resources if not is_classified(r)} == set()
    assert set(FORCES_REPLACEMENT) >= HOLDS_DATA - {"DynamicTable"}


@pytest.mark.parametrize(
    ("provider", "keys"),
    [
        (StageFileProvider(), ("folder", "name", "stage", "sha256", "role", "source")),
        (ExclusiveFilesProvider(), ("folder", "stage", "files", "role", "source")),
        (SemanticViewProvider(), ("database", "schema", "name", "yaml", "declarations", "role")),
    ],
)
def test_files_are_replaced_where_their_own_provider_says_so(provider: ResourceProvider, keys: tuple[str, ...]) -> None:
    kind = type(provider).__name__.removesuffix("Provider")
    props = dict.fromkeys(keys, "{name: a}")
    for key in props:
        replaces = provider.diff("id", props, props | {key: "{description: b}"}).replaces
        assert bool(replaces) == (key in FORCES_REPLACEMENT[kind]), key


def _schema() -> dict[str, Any]:
    provider = shutil.which(PROVIDER)
    if provider is None or shutil.which("pulumi") is None:
        pytest.skip(f"pulumi and {PROVIDER} are not on PATH: the table cannot be compared with the provider")
    command = ["pulumi", "package", "get-schema", provider]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout)


def test_the_table_is_the_providers_own() -> None:
    resources = _schema()["resources"]
    by_kind = {token.rpartition(":")[2]: resource for token, resource in resources.items()}
    wrong = {}
    for kind in sorted(FORCES_REPLACEMENT.keys() & by_kind.keys() - OURS):
        forced = {key for key, value in by_kind[kind]["inputProperties"].items() if value.get("willReplaceOnChanges")}
        top = {path for path in FORCES_REPLACEMENT[kind] - BY_CUSTOM_DIFF.get(kind, set()) if "." not in path}
        if forced != top:
            wrong[kind] = (sorted(forced - top), sorted(top - forced))
    assert wrong == {}, "by type: inputs missing here, inputs that do not replace"
    assert len(FORCES_REPLACEMENT.keys() & by_kind.keys()) > 15
