"""Charts that the browser brought to other rows look like those of a page opened anew, shape by shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser_pages import drawn, new_page, section, settle

if TYPE_CHECKING:
    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(300)
# Two whose rows are of one size in every chart of theirs but the trend: the browser cannot tell them by it.
ALIKE = """
select min(customer_id), max(customer_id) from GOLD.CUSTOMER_360_PROFILE
where customer_status = 'Active' and churn_risk_category = 'Low' and churn_probability between 0.1 and 0.4
"""
# What a chart is drawn of, each shape with its place in it: the browser orders some of them by when they came.
_SHAPES = """picture => [...picture.querySelectorAll("path, line, text, image")].filter(shape => {
    const { fill, stroke, opacity } = getComputedStyle(shape);
    return (fill !== "none" || stroke !== "none") && opacity !== "0";
}).map(shape => {
    const to = shape.getCTM(), place = [to.a, to.b, to.e, to.f].map(number => number.toFixed(2));
    const looks = ["d", "x2", "y2", "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size"];
    return [shape.textContent, shape.ariaLabel, ...place, ...looks.map(name => shape.getAttribute(name))].join(" | ");
}).sort()"""
_TRIES, _PAUSE = 20, 250  # of which each lasts so many milliseconds


def unlike(page: Page, anew: Page) -> dict[str, set[str]]:
    """Return the shapes that only one of two windows comes to show, by the titles of their charts."""
    charts, others = (shown.get_by_test_id("stVegaLiteChart").locator("svg.marks") for shown in (page, anew))
    for shown in (page, anew):
        settle(shown)
        drawn(shown)
    expect(charts.nth(1)).to_be_attached()
    expect(others).to_have_count(charts.count())
    found: dict[str, set[str]] = {}
    for _ in range(_TRIES):
        found = {
            str(chart.locator(".role-title").first.text_content()): set(shapes) ^ set(anew_shapes)
            for chart, other in zip(charts.all(), others.all(), strict=True)
            if (shapes := chart.evaluate(_SHAPES)) != (anew_shapes := other.evaluate(_SHAPES)) or not shapes
        }
        if not found:
            break
        page.wait_for_timeout(_PAUSE)
    return found


def test_another_campaign_brings_every_chart_to_it(context: BrowserContext, address: str) -> None:
    page, anew = new_page(context, height=1000), new_page(context, height=1000)
    page.goto(f"{address}/?tab=campaign")
    expect(page.get_by_text("Rows 1 to")).to_be_visible(timeout=90_000)
    page.get_by_role("combobox", name="Start from a scenario").click()
    page.get_by_role("option", name="Declining Recovery").click()
    expect(page).to_have_url(re.compile("offer=Fee"))
    settle(page)  # the address is written before the sliders stand where the scenario puts them
    # Two runs, of which the second begins before the first is drawn.
    page.get_by_role("slider", name="Duration (months)").press("ArrowRight")
    page.get_by_role("slider", name="Duration (months)").press("ArrowRight")
    expect(page).to_have_url(re.compile("months=5"))
    anew.goto(page.url)
    expect(anew.get_by_text("Rows 1 to")).to_be_visible(timeout=90_000)
    assert unlike(page, anew) == {}


def test_another_customer_brings_every_chart_to_it(context: BrowserContext, address: str, platform: Platform) -> None:
    ((first, second),) = platform.ask(ALIKE)
    assert first != second
    page, anew = new_page(context, height=1000), new_page(context, height=1000)
    page.goto(f"{address}/?tab=customer&customer={first}")
    expect(section(page, "versions_section")).to_be_visible(timeout=60_000)
    box = page.get_by_label("Find a customer by name or number")
    box.fill(second)
    box.press("Enter")
    section(page, f"match_customer_{second}").get_by_role("button").click()
    expect(page).to_have_url(re.compile(f"customer={second}"))
    anew.goto(page.url)
    expect(section(anew, "versions_section")).to_be_visible(timeout=60_000)
    assert unlike(page, anew) == {}


def test_other_filters_bring_every_chart_to_them(context: BrowserContext, address: str) -> None:
    page, anew = new_page(context, height=1000), new_page(context, height=1000)
    page.goto(f"{address}/?tab=explorer&card=Silver")
    for label, option in (("Customer status", "Active"), ("Churn risk", "Low"), ("Segment", "Declining")):
        settle(page)
        filters = page.get_by_test_id("stMultiSelect").filter(has=page.get_by_text(label, exact=True))
        filters.get_by_role("combobox").click()
        page.get_by_role("option", name=option, exact=True).click()
        page.keyboard.press("Escape")
        expect(page).to_have_url(re.compile(f"={option}"))
        anew.goto(page.url)
        assert unlike(page, anew) == {}
