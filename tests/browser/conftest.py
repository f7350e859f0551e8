"""A headless Chromium: the system's, installed where the tests run as root on Debian, else skipped; a served app."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from c360.doctor import find_chromium
from tests.support.browser_pages import new_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.platforms import Platform

# The tests are not about time: a page is drawn by a server that shares two cores with other tests.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    found = find_chromium()
    if not found and os.geteuid() == 0 and Path("/etc/debian_version").exists():
        for step in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(step, check=False, capture_output=True, timeout=240)
        found = find_chromium()
    if not found:
        pytest.skip("no Chromium on PATH: 'apt-get install chromium'")
    return found


# Playwright keeps an event loop running in this thread; Pulumi's tests want the thread's loop for themselves.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What the pages of a module share: to read and compile Streamlit's scripts anew costs half of a page."""
    with new_context(browser) as opened:
        yield opened


@pytest.fixture(scope="session")
def address(platform: Platform) -> Iterator[str]:
    """The address of the marketing team's app, as `c360 app` prints it."""
    with platform.app() as found:
        yield found


@pytest.fixture(scope="session")
def analysts(platform: Platform) -> Iterator[str]:
    """The address of the analysts' app."""
    with platform.app("--as", "analyst") as found:
        yield found


@pytest.fixture(scope="session")
def operations(platform: Platform) -> Iterator[str]:
    """The address of operations' app."""
    with platform.app("--as", "operations") as found:
        yield found
