"""The app wants nothing that Snowflake's warehouse runtime lacks: its packages, and no parts but Streamlit's own."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "streamlit_app"
ENVIRONMENT = yaml.safe_load((APP / "environment.yml").read_text())
PACKAGES = {str(line).partition("=")[0] for line in ENVIRONMENT["dependencies"]} - {"python"}
FILES = sorted([*APP.rglob("*.py"), *(ROOT / "analyst_client").rglob("*.py")])
OURS = {"analyst_client", "customer_360"}
# The runtime's own module, and the namespace of Snowpark and of the connector that it brings.
OF_SNOWFLAKE = {"_snowflake", "snowflake"}
OTHER_CHARTS = {
    "altair_chart", "area_chart", "bar_chart", "bokeh_chart", "graphviz_chart", "line_chart", "map", "plotly_chart",
    "pydeck_chart", "pyplot", "scatter_chart",
}  # fmt: skip


def imported(file: Path) -> set[str]:
    """Return the modules that a file imports, wherever it does."""
    found = set[str]()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def calls(file: Path) -> set[str]:
    """Return the attributes of Streamlit that a file names."""
    return {
        node.attr
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st"
    }


def test_the_runtime_is_the_one_of_warehouses() -> None:
    assert ENVIRONMENT["channels"] == ["snowflake"]
    assert "streamlit=1.52.2" in ENVIRONMENT["dependencies"]
    assert len(FILES) > 50


def test_every_package_is_one_of_the_runtime() -> None:
    brought = {module: {one.lower() for one in names} for module, names in packages_distributions().items()}
    known = {*OURS, *OF_SNOWFLAKE, *sys.stdlib_module_names}
    modules = {name.partition(".")[0] for file in FILES for name in imported(file)} - known
    assert {"altair", "pandas", "streamlit"} <= modules
    assert {name for name in modules if not PACKAGES & brought.get(name, set())} == set()


def test_one_library_draws_in_one_place() -> None:
    for file in FILES:
        assert calls(file).isdisjoint(OTHER_CHARTS), file
        assert "vega_lite_chart" not in calls(file) or file == APP / "customer_360/drawn.py"


def test_no_component_is_one_of_another_package() -> None:
    """Snowflake serves no scripts of such; what a page writes itself may stand in a frame."""
    parts = {name for file in FILES for name in imported(file) if name.startswith("streamlit.components")}
    assert parts == {"streamlit.components.v1", "streamlit.components.v1.html"}
    assert not any("components" in calls(file) for file in FILES)


def test_no_package_is_a_component_or_a_second_library() -> None:
    assert not {name for name in PACKAGES if name.startswith(("streamlit-", "streamlit_"))}
    assert PACKAGES & {"altair", "bokeh", "matplotlib", "plotly", "pydeck", "seaborn", "vega"} == {"altair"}
