"""Who may import whom: the contracts of pyproject.toml hold, and the README's table says what they say."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import c360

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts"]}
# Those side by side do not import each other.
LAYERS = [layer.split(" | ") for layer in CONTRACTS["layers"]["layers"]]
FOLDERS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
LINTER = Path(sys.executable).with_name("lint-imports")


def lint_imports(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(LINTER), "--no-logo", "--no-cache", *arguments]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )


def test_every_contract_is_kept() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_is_under_contract() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == set(SETTINGS["root_packages"])
    assert packages == {name for layer in LAYERS for name in layer} | {"local_account"}


def test_an_import_against_the_direction_is_refused(tmp_path: Path) -> None:
    """The contracts themselves are tried: each direction that they forbid is taken once in a program of small files."""
    wrong = {
        "layers": ("pipeline/two", "import c360"),
        "account": ("local_account/two", "import pipeline"),
        "clients": ("stacks/two", "import local_account"),
        "doors": ("c360/two", "import local_account.account"),
        "cycles": ("components/two", "import components.one"),
        "wings": ("local_account/errors", "import local_account.server.serve"),
    }
    settings = (ROOT / "pyproject.toml").read_text().replace("exhaustive = true\n", "")  # the trial adds modules
    wings = set(re.findall(r"\w+", " ".join(CONTRACTS["wings"]["layers"]))) - {"server"}
    for broken, (module, line) in wrong.items():
        folder = tmp_path / broken
        for name in SETTINGS["root_packages"]:
            (folder / name / "server").mkdir(parents=True)
            for path in ("__init__", "server/__init__", "server/lifetime", "server/serve", *wings):
                (folder / name / f"{path}.py").write_text("")
        doors = [f"import {one.partition(' -> ')[2]}" for one in CONTRACTS["doors"]["ignore_imports"]]
        (folder / "c360" / "account.py").write_text("\n".join(doors))
        (folder / f"{module}.py").write_text(line)
        (folder / module).with_name("one.py").write_text(f"import {module.replace('/', '.')}")
        (folder / "pyproject.toml").write_text(settings)
        said = lint_imports(folder).stdout
        verdicts = {one["id"]: _verdict(said, one["name"]) for one in CONTRACTS.values()}
        assert verdicts == {one: "BROKEN" if one == broken else "KEPT" for one in CONTRACTS}, said


def test_the_readme_says_what_the_contracts_say() -> None:
    allowed: dict[str, set[str]] = {"local_account": set()}
    for i, layer in enumerate(LAYERS):
        allowed |= {folder: {name for below in LAYERS[i + 1 :] for name in below} for folder in layer}
    for importer in CONTRACTS["clients"]["allowed_importers"]:
        allowed[importer].add("local_account")
    rows = re.findall(r"^\| `(\w+)/` \| [^|]+ \| ([^|]*) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    said = {folder: set(re.findall(r"`(\w+)/`", may)) for folder, may in rows}
    assert {folder: said[folder] for folder in allowed} == allowed


def test_the_readme_names_every_folder() -> None:
    listed = subprocess.run(["git", "ls-files", "*/*"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {path.partition("/")[0] for path in listed.splitlines()} - {".ci", ".github"}
    named = set(re.findall(r"^\| `(\w+)/`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert folders == named


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    found = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./]*)`", (ROOT / page).read_text())
    assert {path for path in found if not (ROOT / path).exists()} == set()


def test_the_tool_lists_its_parts() -> None:
    """`c360/__init__.py` is where a reader goes on from the README: each file and folder has its line there."""
    parts = {path.stem for path in (ROOT / "c360").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    listed = re.findall(r"^    (\w+): ", str(c360.__doc__), re.MULTILINE)
    assert sorted(listed) == sorted(parts - {"__init__"})


def _verdict(said: str, contract: str) -> str:
    """Return what the linter says behind a contract's name, which it wraps into lines."""
    words = " ".join(said.split())
    found = re.search(rf"{re.escape(contract)} (KEPT|BROKEN)", words)
    return found[1] if found else "not checked"
