"""Those who run the platform open their own app, and read how its runs, checks and model stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser_pages import cut_figures, figure, new_page, row_count, section, settle

if TYPE_CHECKING:
    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(420)
CHARTS = (
    "Time of each run by task (seconds)", "Quality checks by run (number)",
    "Rows by table and day (logarithmic)", "Churn model, held-out customers (0 to 1)",
    "Drift by feature (stability index)",
)  # fmt: skip
NEWEST = "select run_id from OBSERVABILITY.PIPELINE_RUNS order by started_at desc limit 1"


@pytest.fixture(scope="module")
def shown(context: BrowserContext, operations: str, platform: Platform) -> Page:
    # of tests before, on the same platform
    platform.ask("delete from OBSERVABILITY.ANALYST_FEEDBACK")
    platform.ask("delete from OBSERVABILITY.ANALYST_QUESTIONS")
    opened = new_page(context, height=4500)
    opened.goto(operations)
    expect(opened.get_by_role("heading", name="Questions to the assistant")).to_be_visible(timeout=90_000)
    settle(opened)
    return opened


def test_the_newest_run_and_its_checks_are_what_sql_says(shown: Page, platform: Platform) -> None:
    ((status, seconds),) = platform.ask(
        "select status, datediff('second', started_at, ended_at) from OBSERVABILITY.PIPELINE_RUN_METADATA"
        f" where task_name = 'RUN_PIPELINE' and run_id = ({NEWEST})"
    )
    ((checks, passed),) = platform.ask(
        f"select count(*), count_if(status = 'PASS') from OBSERVABILITY.DATA_QUALITY_METRICS where run_id = ({NEWEST})"
    )
    ((incidents,),) = platform.ask("select count(*) from OBSERVABILITY.V_INCIDENTS")
    expect(figure(shown, "Newest run")).to_have_text(status.capitalize())
    expect(figure(shown, "Its time")).to_have_text(f"{seconds} s")
    expect(figure(shown, "Checks passed")).to_have_text(f"{passed:,} of {checks:,}")
    expect(figure(shown, "Incidents")).to_have_text(f"{incidents:,}")


def test_the_model_s_newest_metrics_are_what_sql_says(shown: Page, platform: Platform) -> None:
    ((version, f1, area),) = platform.ask(
        "select model_version, f1_score, roc_auc from OBSERVABILITY.MODEL_METRICS order by executed_at desc limit 1"
    )
    said = shown.get_by_text(f"Newest: model {version}")
    expect(said).to_contain_text(f"F1 {f1:.3f}")
    ((held_out,),) = platform.ask("select count(*) from GOLD.CHURN_EVALUATION where part = 'TEST'")
    expect(said).to_contain_text(f"ROC AUC {area:.3f} on {held_out:,} held-out customers")


def test_every_run_is_listed_and_every_chart_is_drawn(shown: Page, platform: Platform) -> None:
    ((runs,),) = platform.ask("select count(*) from OBSERVABILITY.PIPELINE_RUNS")
    assert row_count(section(shown, "run_list")) == min(runs, 10)
    expect(shown.get_by_test_id("stVegaLiteChart")).to_have_count(len(CHARTS))
    for title in CHARTS:
        expect(shown.locator(f'[aria-label*="{title}"]').first).to_be_attached()


def test_what_is_empty_says_so(shown: Page) -> None:
    expect(shown.get_by_text("No load has refused a row.")).to_be_visible()
    expect(shown.get_by_text("No warehouse used credits in the last 30 days.")).to_be_visible()
    expect(shown.get_by_text("Nobody has asked the assistant anything yet.")).to_be_visible()
    expect(shown.get_by_text("Nobody has judged an answer of the assistant yet.")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_figure_of_the_tab_is_cut_off(shown: Page, width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 4500})
    assert cut_figures(shown) == []
