"""Writes docs/api.md: commands, procedures, tables, dbt's models and macros, and Python, each with its own words."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import click
import yaml

from c360.cli import c360
from components.markdown_table import markdown_table
from components.repository import ROOT
from pipeline.procedures import FOLDER, PROCEDURES
from pipeline.tables import TABLES, VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = ROOT / "docs" / "api.md"
_HEAD = """# Reference

What can be called and read, in the words of the code itself: written by `make reference`, and held to it by a test.
Keys of the configuration are in [config.md](config.md), the embedded account's statements in
[its README](../local_account/README.md), figures and words of questions in `semantic/model/`.
"""
_PACKAGES = ("c360", "analyst_client")
_MACRO = re.compile(r"(?:\{#-?(?P<words>(?:(?!#\}).)*?)-?#\}\s*)?\{%-? macro (?P<call>\w+\([^)]*\))", re.DOTALL)


def api_page() -> str:
    """Return the page as Markdown."""
    parts = {
        "Commands": commands(),
        "Procedures": procedures(),
        "Tables and views that the stack makes": tables(),
        "Models of dbt": models(),
        "Macros of dbt": macros(),
        "Python": python(),
    }
    return "\n".join([_HEAD, *(f"## {title}\n\n" + "\n".join(lines) for title, lines in parts.items())])


def commands() -> Iterator[str]:
    """Yield a table of every command with its options."""
    rows = []
    for path, command in _leaves("c360", c360):
        said = [_option(one) for one in command.params if not getattr(one, "hidden", False)]
        rows.append((f"`{path}`", " ".join(one for one in said if one), _sentence(command.help)))
    yield markdown_table(("command", "takes", "does"), rows)


def _leaves(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, below in sorted(command.commands.items()):
            yield from _leaves(f"{path} {name}", below)
    else:
        yield path, command


def _option(parameter: click.Parameter) -> str:
    name = parameter.opts[0] if isinstance(parameter, click.Option) else str(parameter.human_readable_name)
    return "" if name in ("--stack", "--port", "--s3-port", "--app-port") else f"`{name}`"


def procedures() -> Iterator[str]:
    """Yield a table of procedures for each subject."""
    subjects: dict[str, list[tuple[str, str, str]]] = {}
    for procedure in PROCEDURES:
        arguments = ", ".join(f"{one.name} {one.type}" for one in procedure.arguments)
        call = f"`{procedure.qualified_name}({arguments})` returns `{procedure.returns}`"
        subject = procedure.file.parent.relative_to(FOLDER).as_posix()
        subjects.setdefault(subject, []).append((call, procedure.execute_as.lower(), f"{procedure.comment}."))
    for subject, rows in subjects.items():
        yield f"### {subject}\n"
        yield markdown_table(("procedure", "rights of", "does"), sorted(rows))


def tables() -> Iterator[str]:
    """Yield each table with its columns, and the views."""
    for one in TABLES:
        yield f"### {one.qualified_name}\n\n{one.comment}.\n"
        rows = [
            (f"`{c.name}`", f"`{c.type}`", f"{c.comment}." + (f" Personal: {c.pii}." if c.pii else ""))
            for c in one.columns
        ]
        yield markdown_table(("column", "type", "says"), rows)
    yield "### Views\n"
    yield markdown_table(("view", "shows"), [(f"`{view.schema}.{view.name}`", f"{view.comment}.") for view in VIEWS])


def models() -> Iterator[str]:
    """Yield each model of dbt with its columns."""
    for file in sorted((ROOT / "dbt" / "models").rglob("*.yml")):
        described: list[dict[str, Any]] = yaml.safe_load(file.read_text()).get("models", [])
        for model in described:
            yield f"### {model['name']}\n\n{_flat(model['description'])}\n"
            yield markdown_table(
                ("column", "says"), [(f"`{one['name']}`", _flat(one["description"])) for one in model["columns"]]
            )


def macros() -> Iterator[str]:
    """Yield a table of the macros with the comment in front of each."""
    rows = [
        (f"`{match['call']}`", f"`{file.name}`", _sentence(match["words"]))
        for file in sorted((ROOT / "dbt" / "macros").glob("*.sql"))
        for match in _MACRO.finditer(file.read_text())
        if not match["call"].startswith("_")
    ]
    yield markdown_table(("macro", "file", "says"), rows)


def python() -> Iterator[str]:
    """Yield the public functions and classes of the packages that people may call, by file."""
    for package in _PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(file.read_text())
            listed = [f"- {_signature(node)}: {_sentence(ast.get_docstring(node))}" for node in _public(tree)]
            if listed:
                yield f"### {_module(file)}\n\n{_sentence(ast.get_docstring(tree))}\n"
                yield "\n".join(listed) + "\n"


def _module(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _public(tree: ast.Module) -> list[ast.FunctionDef | ast.ClassDef]:
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return [node for node in nodes if not node.name.startswith("_")]


def _signature(node: ast.FunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        return f"class `{node.name}`"
    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return f"`{node.name}({', '.join(one.arg for one in arguments)})`"


def _sentence(text: str | None) -> str:
    """Return the first paragraph of a text on one line."""
    return _flat((text or "").strip().partition("\n\n")[0])


def _flat(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(api_page())
