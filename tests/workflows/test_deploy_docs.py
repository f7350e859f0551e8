"""docs/deploy.md says what the code says: versions, commands, variables."""

from __future__ import annotations

import re
from importlib.metadata import version

import yaml

from c360 import doctor
from c360.cli import c360
from components import credentials
from stacks.config import ROOT, PlatformConfig
from tests.support.recorded import recorded

TEXT = (ROOT / "docs/deploy.md").read_text()


def test_plugins_are_named_in_the_versions_of_their_packages() -> None:
    named = dict(re.findall(r"pulumi plugin install resource (\w+) ([\d.]+)", TEXT))
    assert named == {name: version(f"pulumi-{name}") for name in ("snowflake", "aws")}
    remedies = " ".join(check.remedy for check in doctor.check_plugins({"PATH": "", "PULUMI_HOME": "/nowhere"}))
    assert all(f"pulumi plugin install resource {name} {one}" in remedies for name, one in named.items())


def test_commands_are_there() -> None:
    named = set(re.findall(r"c360 (\w+)", TEXT))
    assert {"doctor", "preview", "drift", "destroy"} <= named <= set(c360.commands)


def test_variables_are_those_that_are_read() -> None:
    named = set(re.findall(r"SNOWFLAKE_[A-Z_]+", TEXT)) - {"SNOWFLAKE_JWT"}
    read: list[str] = []

    class Asked(dict[str, str]):
        def get(self, key: str, _default: object = None) -> None:
            read.append(key)

    credentials.credentials(Asked())
    assert named - {"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"} <= set(read)
    assert all(name in credentials.HOW for name in named - {"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"})


def test_what_the_workflows_ask_for_is_explained() -> None:
    workflows = {path.stem: path.read_text() for path in (ROOT / ".github/workflows").glob("*.yml")}
    asked = {name for text in workflows.values() for name in re.findall(r"vars\.(\w+)", text)}
    assert {name for name in asked if f"`{name}`" not in TEXT} == set()
    jobs = [job for text in workflows.values() for job in yaml.safe_load(text)["jobs"].values()]
    environments = {job["environment"] for job in jobs if "environment" in job and "matrix" not in job["environment"]}
    assert {name for name in environments if f"`{name}`" not in TEXT} == set()
    assert {name for name in workflows if name != "ci" and f"| `{name}` |" not in TEXT} == set()


def test_configuration_keys_are_there() -> None:
    assert {"schedule", "notifications", "monitor", "source", "protect"} <= set(PlatformConfig.model_fields)


def test_the_first_preview_is_as_long_as_it_says() -> None:
    told = re.search(r"about (\d+) resources `to create`", TEXT)
    assert told
    assert abs(int(told[1]) - len(recorded("dev").resources)) < 10
