"""Writes every page of docs/ that this folder makes: `python -m docs.pages`."""

from __future__ import annotations

from docs.pages import api, diagrams, validation

for page in (api, diagrams, validation):
    page.main()
