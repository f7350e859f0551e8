"""Writes every page of docs/ that this folder makes: `python -m docs.pages`."""

from __future__ import annotations

from docs.pages import api, diagrams, performance, validation

for page in (api, diagrams, performance, validation):
    page.main()
