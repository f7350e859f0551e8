"""The first minutes of a visitor: what `make demo` runs, that it ends with an address, and what is installed for it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from components.repository import ROOT
from tests.support.platforms import CUSTOMERS, Platform, free_port

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text()


def _recipe(target: str) -> list[str]:
    """Return the commands of a target that is to be made anew; a make around the tests adds no words of its own."""
    command = ["make", "--no-print-directory", "-n", "-B", target]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_the_demo_is_the_full_run_at_the_scale_of_the_tests() -> None:
    """The platform that all tests read is made by the very command of the demo."""
    began = int(time.time())
    *installing, up = _recipe("demo")
    found = re.fullmatch(rf"\.venv/bin/c360 up --customers {CUSTOMERS} --app --began (\d+)", up)
    assert found
    assert began <= int(found[1]) <= time.time()
    *also_installing, _ = _recipe("up")
    assert installing == also_installing == _recipe("install")


def test_the_demo_says_how_long_it_took(platform: Platform) -> None:
    command = platform.arguments("app", "--began", str(time.time() - 40), "--app-port", str(free_port()))
    with subprocess.Popen(command, env=platform.environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        printed = process.stdout.readline()
        process.terminate()
    found = re.fullmatch(r"The page for marketing is served on http://\S+, (\d+) s after the beginning .*\n", printed)
    assert found, printed
    assert int(found[1]) >= 40


def test_nothing_is_compiled_that_nobody_imports() -> None:
    """Nine tenths of the installed bytecode are never read, and took a minute and a half of a processor to make."""
    commands = "\n".join(_recipe("install"))
    assert "uv pip sync" in commands
    assert "compile" not in commands


def test_the_engine_finds_the_packages_as_it_looks_for_them() -> None:
    """Pulumi's Python language host runs this before a program, and without it no `pulumi preview` works."""
    command = [sys.executable, "-m", "pip", "list", "--format", "json"]
    listed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert {"pulumi", "pulumi_aws", "pulumi_snowflake"} <= {package["name"].replace("-", "_") for package in listed}


def test_what_is_imported_is_compiled_once_also_where_the_image_forbids_it(tmp_path: Path) -> None:
    """Many images set the variable: a suite took half as long again where each process compiled its libraries."""
    asking = tmp_path / "asking.mk"
    asking.write_text("include Makefile\nasking:\n\t@env\n")
    command = ["make", "--no-print-directory", "-f", str(asking), "asking"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert "PYTHONDONTWRITEBYTECODE" not in done.stdout


def test_the_readme_leads_with_the_demo() -> None:
    (first,) = re.findall(r"```console\n(.*?)```", README, re.DOTALL)[:1]
    assert [line.split()[2] for line in first.splitlines()] == ["demo", "up", "test"]
