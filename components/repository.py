"""Where the repository is on this computer: its files are what is deployed."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
