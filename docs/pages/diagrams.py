"""Writes docs/diagrams.md: what the program declares and what dbt builds, drawn from the code as Mermaid text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from c360.review.revisions import recorded_stack
from components.repository import ROOT
from pipeline.jobs import RunSettings, build_jobs, build_retraining

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from c360.review.snapshot import Resource, Snapshot

PAGE = ROOT / "docs" / "diagrams.md"
_MODELS = ROOT / "dbt" / "models"
_STACK = "prod"
_HEAD = """# Diagrams

Drawn from the code by `make reference`; a test fails where they differ from it. [architecture.md](architecture.md) says
why it is so, [api.md](api.md) lists every procedure and column.
"""
_COMPONENTS = """## Components

An arrow leads from what is made to what takes something of it, in stack prod; what follows from other arrows is left
out.
"""
_TASKS = """## Tasks

The task graph of generated data; with `source: files` LOAD_TRANSACTIONS stands in the place of GENERATE_TRANSACTIONS.
In the second line of each is the warehouse.
"""
_LINEAGE = """## Lineage

The models of dbt by schema. What begins with `touched_` or `changed_` says what is new since the build before.
"""
_STAR = """## Star

FACT_TRANSACTION with its dimensions, and segments; the tests of dbt hold each of these relationships.
"""
_REFERENCE = re.compile(r"ref\('(\w+)'\)")
_SOURCE = re.compile(r"source\('bronze', '(\w+)'\)")


def diagrams_page(prod: Snapshot) -> str:
    """Return the page as Markdown.

    Args:
        prod: what the program declares for prod.
    """
    drawn = {_COMPONENTS: components(prod), _TASKS: tasks(), _LINEAGE: lineage_drawing(), _STAR: star()}
    return "\n".join([_HEAD, *(f"{text}\n```mermaid\n{drawing}\n```\n" for text, drawing in drawn.items())])


def components(stack: Snapshot) -> str:
    """Draw the components of a stack, each with the kinds of its resources."""
    by_urn = {resource.urn: resource for resource in stack.resources}
    outer = {urn: _outermost(one, by_urn) for urn, one in by_urn.items() if one.is_custom and not one.is_provider}
    edges: dict[str, set[str]] = {name: set() for name in outer.values() if name}
    kinds: dict[str, set[str]] = {name: set() for name in edges}
    for urn, name in outer.items():
        if not name:
            continue
        kinds[name].add(by_urn[urn].kind)
        used = {outer.get(one, "") for urns in by_urn[urn].uses.values() for one in urns}
        edges[name] |= used - {name, ""}
    lines = [f'  {_id(name)}["{name}<br>{"<br>".join(sorted(made))}"]' for name, made in sorted(kinds.items())]
    return "\n".join(["flowchart LR", *lines, *_arrows(reduced(edges))])


def _outermost(resource: Resource, by_urn: Mapping[str, Resource]) -> str:
    """Return the name of the component right below the stack that a resource belongs to; empty for one without."""
    name = ""
    while (parent := by_urn.get(resource.parent)) and not parent.is_custom and ":Stack" not in parent.type:
        resource, name = parent, parent.name
    return name


def tasks() -> str:
    """Draw the task graph, the finalizer last, and that of retraining."""
    lines = ["flowchart TD"]
    jobs = build_jobs(RunSettings())
    for job in (*jobs, *build_retraining()):
        lines.append(f'  {job.name}["{job.name}<br>{job.warehouse}"]')
        lines += [f"  {before} --> {job.name}" for before in job.after]
    (finalizer,) = (job for job in jobs if job.is_finalizer)
    lines.append(f"  {jobs[0].name} -. whatever happened .-> {finalizer.name}")
    return "\n".join(lines)


def lineage() -> dict[str, set[str]]:
    """Return what each model of dbt reads: models, and tables of bronze."""
    found = {}
    for file in sorted(_MODELS.rglob("*.sql")):
        text = file.read_text()
        found[file.stem] = {*_REFERENCE.findall(text), *_SOURCE.findall(text)}
    return found


def lineage_drawing() -> str:
    """Draw it, a box for each folder of models."""
    read = lineage()
    lines = ["flowchart LR"]
    folders = {"bronze": sorted({one for names in read.values() for one in names} - set(read))}
    folders |= {
        folder.name: sorted(file.stem for file in folder.glob("*.sql"))
        for folder in sorted(_MODELS.iterdir())
        if folder.is_dir()
    }
    for folder, names in folders.items():
        lines += [f"  subgraph {folder}", *(f"    {name}" for name in names), "  end"]
    return "\n".join([*lines, *_arrows(reduced(read))])


def star() -> str:
    """Draw the tables of GOLD that other tables refer to, and those that do, with their keys."""
    entities: dict[str, list[str]] = {}
    relations: list[str] = []
    for name, model in _described("gold").items():
        for column in model.get("columns", []):
            for to, field in _foreign_keys(column):
                relations.append(f'  {to} ||--o{{ {name} : "{column["name"]}"')
                entities.setdefault(name, []).append(f"    key {column['name']} FK")
                entities.setdefault(to, [])
                if (primary := f"    key {field} PK") not in entities[to]:
                    entities[to].insert(0, primary)
    blocks = [f"  {name} {{\n" + "\n".join(keys) + "\n  }" for name, keys in sorted(entities.items())]
    return "\n".join(["erDiagram", *relations, *blocks])


def _described(folder: str) -> dict[str, dict[str, Any]]:
    files = sorted((_MODELS / folder).glob("*.yml"))
    return {model["name"]: model for file in files for model in yaml.safe_load(file.read_text()).get("models", [])}


def _foreign_keys(column: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for test in column.get("data_tests", []):
        if isinstance(test, dict) and "foreign_key" in test:
            arguments = test["foreign_key"]["arguments"]
            yield _REFERENCE.findall(arguments["to"])[0], arguments["field"]


def reduced(edges: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Leave out what follows from other edges of a graph without circles.

    Args:
        edges: what each node takes from.
    """

    def reached(name: str) -> set[str]:
        return {further for one in edges.get(name, ()) for further in {one, *reached(one)}}

    return {name: {one for one in read if not any(one in reached(two) for two in read)} for name, read in edges.items()}


def _arrows(edges: Mapping[str, Iterable[str]]) -> list[str]:
    return sorted(f"  {_id(one)} --> {_id(name)}" for name, read in edges.items() for one in read)


def _id(name: str) -> str:
    return name.replace("-", "_")


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(diagrams_page(recorded_stack(ROOT, _STACK)))
