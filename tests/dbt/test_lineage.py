"""The lineage that docs/diagrams.md draws is dbt's own."""

from __future__ import annotations

from typing import Any

from docs.pages.diagrams import lineage


def test_every_model_reads_what_dbt_says_it_reads(manifest: dict[str, Any]) -> None:
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    known = {node["name"]: {one.rpartition(".")[2] for one in node["depends_on"]["nodes"]} for node in models}
    # The macro star_before names bronze for the types of a star that is not there yet, and reads no row of it.
    known["changed_transactions"].remove("bronze_transactions")
    assert lineage() == known
