"""The plan of the house: no circle of imports, no long file, no long function.

Every import counts: those for types and those inside functions too, which import-linter leaves to its contracts for
packages; scripts, tests and benchmarks are no packages, and are looked at here.
"""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Folders of scripts are the roots of their own imports, as pyproject.toml tells the type checker.
SCRIPTS = ("streamlit_app", "benchmarks", "docs/data")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


@cache
def _trees() -> dict[Path, ast.Module]:
    """Return every Python file of the repository, by its path from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return {Path(path): ast.parse((ROOT / path).read_text()) for path in listed if (ROOT / path).exists()}


def _modules(paths: list[Path]) -> dict[str, Path]:
    """Return the name under which each file is imported."""
    found = {}
    for path in paths:
        root = next((Path(s) for s in SCRIPTS if path.is_relative_to(s)), Path())
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _imported(tree: ast.Module) -> set[str]:
    """Return all that a file imports, wherever in it: modules, and the names taken from them."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _imports(trees: dict[Path, ast.Module]) -> dict[Path, set[Path]]:
    """Return which files each file imports."""
    modules = _modules(list(trees))
    return {
        path: {modules[name] for name in _imported(tree) if name in modules and modules[name] != path}
        for path, tree in trees.items()
    }


def _circle(graph: dict[Path, set[Path]]) -> list[str]:
    """Return one circle of a graph, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(path) for path in error.args[1]]
    return []


def _inside(graph: dict[Path, set[Path]], folder: Path) -> dict[Path, set[Path]]:
    """Return what the files and folders right inside a folder import of each other."""

    def child(path: Path) -> Path:
        return folder / path.relative_to(folder).parts[0]

    found: dict[Path, set[Path]] = {}
    for path, targets in graph.items():
        if path.is_relative_to(folder) and path != folder / "__init__.py":
            inner = {child(t) for t in targets if t.is_relative_to(folder) and t != folder / "__init__.py"}
            found.setdefault(child(path), set()).update(inner - {child(path)})
    return found


def test_no_file_is_imported_by_what_it_imports() -> None:
    graph = _imports(_trees())
    assert sum(map(len, graph.values())) > len(graph), "the imports were not found"
    assert _circle(graph) == []


def test_no_folder_is_imported_by_what_it_imports() -> None:
    graph = _imports(_trees())
    folders = {parent for path in graph for parent in path.parents}
    circles = {str(folder): circle for folder in folders if (circle := _circle(_inside(graph, folder)))}
    assert circles == {}


@pytest.mark.parametrize(
    "late",
    ["if TYPE_CHECKING:\n    from a.one import x", "def f():\n    import a.one", "from a import one", "import a.one"],
)
def test_a_circle_of_any_kind_is_found(late: str) -> None:
    trees = {Path("a/one.py"): ast.parse("import b.two"), Path("b/two.py"): ast.parse(late)}
    assert set(_circle(_imports(trees))) == {"a/one.py", "b/two.py"}
    assert set(_circle(_inside(_imports(trees), Path()))) == {"a", "b"}


def test_no_file_is_too_long() -> None:
    long = {str(path): n for path in _trees() if (n := len((ROOT / path).read_text().splitlines())) > LONGEST_FILE}
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = {
        f"{path}: {node.name}": lines
        for path, tree in _trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}
