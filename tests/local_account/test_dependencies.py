"""The account could be published alone: its own dependencies are what it imports."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import local_account

_FOLDER = Path(local_account.__file__).parent
_PROJECT = tomllib.loads((_FOLDER.parent / "pyproject.toml").read_text())["project"]
_OWN: list[str] = _PROJECT["optional-dependencies"]["local-account"]


def _name(requirement: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<=>!~ ]", requirement)[0]).lower()


def _imported() -> set[str]:
    found = set()
    for path in _FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names


def test_it_imports_its_dependencies_and_itself_only() -> None:
    own = {_name(requirement) for requirement in _OWN}
    known = packages_distributions()
    strangers = {
        module: known.get(module)
        for module in _imported() - {"local_account"}
        if not own & {_name(name) for name in known.get(module, [])}
    }
    assert strangers == {}


def test_it_needs_what_it_declares() -> None:
    known = packages_distributions()
    imported = {_name(name) for module in _imported() for name in known.get(module, [])}
    assert {_name(requirement) for requirement in _OWN} - imported == set()


def test_the_project_asks_for_the_same_versions() -> None:
    asked = {_name(requirement): requirement for requirement in _PROJECT["dependencies"]}
    assert {r: asked[_name(r)] for r in _OWN if _name(r) in asked and asked[_name(r)] != r} == {}
