"""The app's Streamlit objects and what lies on stages: what waits for what, and how files are known."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Evaluated = Callable[..., Any]


def test_an_app_waits_for_what_its_owner_is_granted_and_grants_on_it_go_with_it(program: Evaluated) -> None:
    found = program()
    granted = found.of("GrantPrivilegesToAccountRole") + found.of("GrantAccountRole")
    before, behind = ({r.urn for r in granted if r.name.startswith(part)} for part in ("app-owners", "app-viewers"))
    apps = {app.urn for app in found.of("Streamlit")}
    assert len(before) > len(apps) == len(behind) == 3
    assert all({r.urn for r in granted} - behind <= app.depends_on for app in found.of("Streamlit"))
    assert {urn for r in granted if r.urn in behind for urn in r.replace_with} == apps


def test_files_are_keyed_by_content_and_name_no_machine(program: Evaluated) -> None:
    files = program().of("StageFile")
    sources = [f.inputs["source"] for f in files]
    assert "dbt/dbt_project.yml" in sources
    assert {"streamlit_app/marketing.py", "analyst_client/client.py"} <= set(sources)
    assert not any(part in source for source in sources for part in ("target/", "__pycache__", "logs/"))
    for file in files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.inputs["sha256"])
        assert not any(str(value).startswith("/") for value in file.inputs.values())
