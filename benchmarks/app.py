"""Measure the app as people see it: pages of a headless Chromium, at full scale, beside the bare queries of a page.

Serves the marketing team's app of a platform after `c360 up` (made here, or that of a given state folder), and prints
median and 95th percentile of the seconds until a page has run to its end: the first page of a server just started (as
`c360 app` starts it, which draws the page once before it says where it is; without that, for comparison), of one that
has been used (by a browser that has Streamlit's scripts), another filter, another customer, another scenario.
Beside it stands the ratio to the queries of that page alone, through the plain connector in the same run. Then users
come at the same time, without browsers (`app_users.py`). Exit status 1 where a page failed; what misses its target is
marked.

One Streamlit server for all users, as here, is Snowflake's container runtime; in the warehouse runtime each viewer
starts a server, which has drawn nothing before.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import math
import os
import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app_users import many
from customer_360.access import campaigns, changes, customer_list, customers, segments
from customer_360.access.customer_list import Order
from customer_360.campaign.scenarios import GIVEN
from customer_360.campaign.targets import Target
from customer_360.customer.view import load_view
from customer_360.selection import Selection
from customer_360.vocabulary import CARD_TYPES, SEGMENTS
from machine import keep, machine
from playwright.async_api import async_playwright
from run import free_port, up

from c360.account_process import serving
from c360.app_server import app_for, fetch, write_secrets
from c360.app_server import serving as serving_page
from c360.connection import Ports, connect, target
from c360.doctor import find_chromium
from pipeline import scale

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    import pandas as pd
    from playwright.async_api import Browser, Page
    from snowflake.connector import SnowflakeConnection

    from c360.connection import Target as Account

_OWNER = "APP_MARKETING"
_REPEATS = 10
# Seconds, and of which figure.
_TARGETS = {
    "first page, cold": ("median", 2.0),
    "first page, warm": ("median", 1.0),
    "another filter": ("p95", 1.0),
    "another customer": ("p95", 1.0),
    "another scenario": ("p95", 1.0),
    "users at the same time": ("p95", 3.0),
}
# Whether the server drew the page before.
_COLD = {"first page, cold": True, "first page, nothing drawn": False}
# Counts the runs of the page's script that have ended, and were not broken off for another, once the page shows them.
# Streamlit's server says so by field 6 of its `ForwardMsg`. The page's own mark of a run is no measure: of a short run,
# a busy browser handles start and end at once, and never sets it.
_WATCH = """
(() => {
    window.runsEnded = 0;
    const BROKEN_OFF = 2;
    const varint = (bytes, at) => {
        let value = 0, factor = 1;
        while (bytes[at] > 127) { value += (bytes[at++] - 128) * factor; factor *= 128; }
        return [value + bytes[at] * factor, at + 1];
    };
    const howFinished = bytes => {
        for (let at = 0, tag, value; at < bytes.length;) {
            [tag, at] = varint(bytes, at);
            if (tag % 8 !== 0 && tag % 8 !== 2) return null;
            [value, at] = varint(bytes, at);
            if (tag === 6 * 8) return value;
            if (tag % 8 === 2) at += value;
        }
        return null;
    };
    const count = () => {
        const app = document.querySelector('[data-testid="stApp"]');
        if (app?.dataset.testScriptState === "notRunning") window.runsEnded += 1;
        else requestAnimationFrame(count);
    };
    window.WebSocket = class extends WebSocket {
        constructor(...given) {
            super(...given);
            this.addEventListener("message", ({ data }) => {
                const how = data instanceof ArrayBuffer ? howFinished(new Uint8Array(data)) : null;
                if (how !== null && how !== BROKEN_OFF) requestAnimationFrame(() => requestAnimationFrame(count));
            });
        }
    };
})();
"""


@dataclass
class Figures:
    """Seconds by what was done, and how often something failed."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    bare: dict[str, float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, name: str, *seconds: float) -> None:
        """Keep measurements, and print them: who stops the benchmark has what it measured until then."""
        self.seconds.setdefault(name, []).extend(seconds)
        print(f"{name}: {', '.join(f'{one:.2f}' for one in seconds)}", flush=True)


def main() -> int:
    """Run the benchmark; exit status 1 where a page failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=scale.CUSTOMERS)
    parser.add_argument("--home", type=Path, help="state folder after `c360 up`, used as it is instead of made")
    parser.add_argument("--users", type=int, default=20, help="who come at the same time")
    parser.add_argument(
        "--keep", action="store_true", help="write the figures where docs/performance.md is made of them"
    )
    options = parser.parse_args()
    ran_on, figures = machine(), Figures()
    with tempfile.TemporaryDirectory(prefix="c360-app-") as folder:
        home = options.home or Path(folder) / "home"
        if not options.home:
            up(home, options.customers)
        ports = Ports(free_port(), free_port())
        with serving(home, ports):
            to = target("local", ports, home)
            with connect(to, role=_OWNER) as connection:
                figures.bare = _bare(connection)
                ids = _some_customers(connection)
                customers = _count(connection)
            asyncio.run(_browse(to, home, figures, ids, options.users))
    if options.keep:
        found = {name: {"times": len(seconds)} | _measures(seconds) for name, seconds in figures.seconds.items()}
        kept = {"customers": customers, "users": options.users, "failed": len(figures.errors), "targets": _TARGETS}
        keep("app", ran_on, kept | {"seconds": found, "bare": figures.bare})
    return _report(figures, options.users)


async def _browse(to: Account, home: Path, figures: Figures, ids: Sequence[str], users: int) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for _, (name, is_drawn) in itertools.product(range(3), _COLD.items()):
            with _page(to, home, is_drawn=is_drawn) as address:
                figures.add(name, await _first(await _window(browser), address))
        with _page(to, home) as address:
            page = await _window(browser)
            await _first(page, address)
            for _ in range(_REPEATS):
                figures.add("first page, warm", await _first(page, address))
            await _one_user(page, address, figures, ids)
        await browser.close()
    with _page(to, home) as address:
        seconds, figures.errors = await many(address, ids, users)
        figures.add("users at the same time", *seconds)


@contextmanager
def _page(to: Account, home: Path, *, is_drawn: bool = True) -> Iterator[str]:
    """Serve the deployed page by a server just started."""
    app = app_for(to, "marketing")
    folder = home / "app" / "benchmark"
    with connect(to, role=app.role) as connection, connection.cursor() as cursor:
        fetch(cursor, folder, app.main_file)
    write_secrets(folder, to.login(app.role))
    port = free_port()
    with serving_page(home, port, folder / app.main_file, is_drawn=is_drawn):
        yield f"http://127.0.0.1:{port}"


async def _window(browser: Browser) -> Page:
    """Return a window of a browser that has nothing from before."""
    for context in browser.contexts:
        await context.close()
    context = await browser.new_context(viewport={"width": 1440, "height": 1000})
    page = await context.new_page()
    page.set_default_timeout(60_000)
    await page.add_init_script(_WATCH)
    return page


async def _first(page: Page, address: str) -> float:
    """Return the seconds from the address to a page that has run to its end."""
    began = time.perf_counter()
    await page.goto(address)
    await _ended(page, 1)
    seconds = time.perf_counter() - began
    await page.get_by_test_id("stMetric").first.wait_for()
    return seconds


async def _ended(page: Page, runs: int) -> None:
    await page.wait_for_function("runs => window.runsEnded >= runs", arg=runs, polling=20)


async def _timed(page: Page, act: Callable[[], Awaitable[Any]]) -> float:
    """Return the seconds from an action to the end of the run of the page that it starts."""
    runs = await page.evaluate("window.runsEnded")
    began = time.perf_counter()
    await act()
    await _ended(page, runs + 1)
    seconds = time.perf_counter() - began
    if await page.get_by_test_id("stException").count() or await page.locator(".stAlert [kind=error]").count():
        raise RuntimeError(f"the page shows an error at {page.url}")
    return seconds


async def _one_user(page: Page, address: str, figures: Figures, ids: Sequence[str]) -> None:
    for segment, card in itertools.islice(itertools.product(SEGMENTS, CARD_TYPES), _REPEATS):
        await page.goto(f"{address}/?tab=explorer")
        await _ended(page, 1)
        for label, option in (("Segment", segment), ("Card type", card)):
            box = page.get_by_test_id("stMultiSelect").filter(has=page.get_by_text(label, exact=True))
            await box.get_by_role("combobox").click()
            choice = page.get_by_role("option", name=option, exact=True)
            await choice.wait_for()
            figures.add("another filter", await _timed(page, choice.click))
            await page.keyboard.press("Escape")
    await page.goto(f"{address}/?tab=customer")
    await _ended(page, 1)
    for customer_id in ids[:_REPEATS]:
        figures.add("search", await _timed(page, lambda known=customer_id: _search(page, known)))
        match = page.locator(f".st-key-match_customer_{customer_id}").get_by_role("button")
        figures.add("another customer", await _timed(page, match.click))
    await page.goto(f"{address}/?tab=campaign")
    await _ended(page, 1)
    for scenario in itertools.islice(itertools.cycle(GIVEN), 1, _REPEATS + 1):
        await page.get_by_role("combobox", name="Start from a scenario").click()
        choice = page.get_by_role("option", name=scenario.name, exact=True)
        await choice.wait_for()
        figures.add("another scenario", await _timed(page, choice.click))


async def _search(page: Page, text: str) -> None:
    box = page.get_by_label("Find a customer by name or number")
    await box.fill(text)
    await box.press("Enter")


def _some_customers(connection: SnowflakeConnection) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select customer_id from GOLD.CUSTOMER_360_PROFILE order by customer_id limit 400 offset 100")
        return [row[0] for row in cursor.fetchall()][::13]


def _count(connection: SnowflakeConnection) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from GOLD.CUSTOMER_360_PROFILE")
        ((count,),) = cursor.fetchall()
    return count


def _bare(connection: SnowflakeConnection) -> dict[str, float]:
    """Time what a page asks, one after the other through the plain connector: seconds of a page, the median of some."""

    def ask(sql: str, params: Sequence[object] = ()) -> pd.DataFrame:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(params) or None)
            frame = cursor.fetch_pandas_all().rename(columns=str.lower)
        decimals = [name for name in frame.columns if any(isinstance(value, Decimal) for value in frame[name])]
        return frame.astype(dict.fromkeys(decimals, "float64"))

    def explorer(number: int) -> None:
        selection = Selection(segments=(SEGMENTS[number],), card_types=(CARD_TYPES[number % len(CARD_TYPES)],))
        for load in (segments.by_segment, segments.churn_histogram, segments.monthly_spend, segments.migration):
            load(ask, selection)
        changes.since_last_run(ask, selection)
        order = Order("total_lifetime_value", descending=True)
        customer_list.customers(ask, selection, order, with_names=True, rows=(0, 50))

    def customer(number: int) -> None:
        profile = customers.load_profile(ask, ids[number], sees_names=True)
        if profile is None:
            raise SystemExit(f"There is no customer {ids[number]}: its time says nothing.")
        load_view(ask, profile)

    def campaign(number: int) -> None:
        plan = GIVEN[number].target
        campaigns.load_audience(ask, plan)
        campaigns.load_figures(ask, [scenario.target for scenario in GIVEN])
        campaigns.load_scores(ask, Target(plan.segments, plan.card_types, has_low_spend=plan.has_low_spend))
        campaigns.load_target_list(ask, plan, with_contact=True, page=(1, 25))

    ids = _some_customers(connection)
    found: dict[str, float] = {}
    for name, page in (("another filter", explorer), ("another customer", customer), ("another scenario", campaign)):
        seconds = []
        for number in range(5):
            began = time.perf_counter()
            page(number)
            seconds.append(time.perf_counter() - began)
        found[name] = statistics.median(seconds)
    return found


def _report(figures: Figures, users: int) -> int:
    print(f"{'figure':<26}{'n':>5}{'median, s':>11}{'p95, s':>9}{'target':>16}{'queries alone, s':>18}{'ratio':>8}")
    for name, seconds in figures.seconds.items():
        found = _measures(seconds)
        measure, most = _TARGETS.get(name, ("", math.inf))
        missed = "" if not measure or found[measure] < most else "  missed"
        bare = figures.bare.get(name)
        print(
            f"{name:<26}{len(seconds):>5}{found['median']:>11.2f}{found['p95']:>9.2f}"
            f"{f'{measure} < {most:g}' if measure else '':>16}"
            + (f"{bare:>18.2f}{found['median'] / bare:>8.1f}" if bare else "")
            + missed
        )
    print(f"\n{users} users at the same time, one server for all of them (as in the container runtime); "
          f"{len(figures.errors)} pages failed. Load of the machine over 15 minutes: {os.getloadavg()[2]:.1f} on "
          f"{os.cpu_count()} cores.")  # fmt: skip
    for error in figures.errors:
        print(f"  {error.splitlines()[0]}")
    return 1 if figures.errors else 0


def _measures(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {"median": statistics.median(ordered), "p95": ordered[round(0.95 * (len(ordered) - 1))]}


if __name__ == "__main__":
    raise SystemExit(main())
