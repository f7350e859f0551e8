"""Nothing that a browser receives has a personal value that its audience may not see: pages, tables, charts, files.

Everything that comes over the socket and over HTTP is recorded and looked through, whatever the page draws of it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.support.browser_pages import figure, new_page, section, settle
from tests.support.personal_values import personal_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Download, Response, WebSocket

    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(420)
# What it takes to reach customers is for those who do.
SEEN = {"address": {"NAME", "EMAIL", "ZIP_CODE"}, "analysts": set(), "operations": set()}
# A person's page, and a question that lists people with all that is known of them.
PEOPLE = "Show me name, email, phone and zip code of the top 10 customers by lifetime value"
# Of each page: its address, and the files that its buttons write.
OF_CUSTOMERS = {
    "tab=explorer": {"customers.csv"},
    "tab=customer&customer={}": {"customer_{}.pdf", "transactions.csv"},
    f"tab=assistant&question={PEOPLE}": {"assistant_history.json", "answer.csv"},
    "tab=campaign&churn=0": {"campaign_list.csv"},
}
# What of them is on record: whether it has names or e-mail addresses, for who may see them.
ON_RECORD = {
    "Customers of the explorer: all": True,
    "Report on {}": True,
    "Transactions of {}": False,
    "Answer of the assistant": True,
    "Campaign list: Active": True,
}
PAGES = {"address": OF_CUSTOMERS, "analysts": OF_CUSTOMERS, "operations": {"tab=monitoring": set[str]()}}


class Recorder:
    """Keeps the bytes that a page receives."""

    def __init__(self, page: Page) -> None:
        self.received: list[bytes] = []
        self._responses: list[Response] = []
        page.on("websocket", self._listen)
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        self._responses.append(response)

    def _listen(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda data: self.received.append(data if isinstance(data, bytes) else data.encode())
        )

    def text(self, address: str) -> str:
        """Return everything as one text, of which letters of ASCII are themselves, and the rest is UTF-8.

        Args:
            address: of the app; its own scripts and fonts are passed over.
        """
        bodies = [
            answer.body()
            for answer in self._responses
            if answer.ok and answer.url.startswith(address) and "/static/" not in answer.url
        ]
        return b"\n".join([*self.received, *bodies]).decode("utf-8", errors="replace")


@pytest.fixture(scope="module")
def raw(platform: Platform) -> dict[str, set[str]]:
    return personal_values(platform)


def values_in(text: str, values: Iterable[str]) -> set[str]:
    """Return the values that stand in a text by themselves: five digits within a longer number are no ZIP code."""
    words = set(re.findall(r"(?<![\w.,#-])\d{5}(?![\w.,-])", text))
    return {value for value in values if (value in words if re.fullmatch(r"\d{5}", value) else value in text)}


def files(page: Page, count: int) -> Iterable[Download]:
    """Take every file that a page offers; its buttons are drawn by a script that comes after the page's own."""
    buttons = page.get_by_test_id("stDownloadButton").get_by_role("button")
    expect(buttons).to_have_count(count)
    for button in buttons.all():
        with page.expect_download() as download:
            button.click()
        yield download.value


def written(download: Download) -> str:
    """Return the text of a file."""
    if download.suggested_filename.endswith(".pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(download.path()).pages)
    return download.path().read_text("utf-8-sig")


@pytest.mark.parametrize("app", PAGES)
def test_a_browser_receives_no_value_that_its_audience_may_not_see(
    context: BrowserContext, platform: Platform, raw: dict[str, set[str]], app: str, request: pytest.FixtureRequest
) -> None:
    address: str = request.getfixturevalue(app)
    ((customer_id, name),) = platform.ask(
        "select customer_id, name from GOLD.CUSTOMER_360_PROFILE where customer_status = 'Active'"
        " order by churn_probability desc limit 1"
    )
    audience = "marketing" if app == "address" else app
    log = f"select content, has_contact_data from OBSERVABILITY.EXPORT_LOG where audience = '{audience}'"
    before = platform.ask(log)
    texts: list[str] = []
    for parameters, expected in PAGES[app].items():
        page = new_page(context, height=3000)
        recorder = Recorder(page)
        page.goto(f"{address}/?{parameters.format(customer_id)}")
        expect(page.get_by_text("Data up to")).to_be_visible(timeout=90_000)  # the foot of the page
        settle(page)
        taken = list(files(page, len(expected)))
        assert {file.suggested_filename for file in taken} == {one.format(customer_id) for one in expected}
        texts += [*map(written, taken), recorder.text(address)]
        page.close()
    everything = "\n".join(texts)
    assert len(everything) > 20_000
    found = {kind: values_in(everything, values) for kind, values in raw.items()}
    assert {kind: values for kind, values in found.items() if values and kind not in SEEN[app]} == {}
    # The same look finds what an audience may see.
    assert all(found[kind] for kind in SEEN[app])
    if app != "operations":
        assert Counter(platform.ask(log)) - Counter(before) == Counter(
            (content.format(customer_id), has_contact_data and bool(SEEN[app]))
            for content, has_contact_data in ON_RECORD.items()
        )
        assert customer_id in everything
        assert (name in everything) == ("NAME" in SEEN[app])


def test_analysts_plan_a_campaign_without_names(context: BrowserContext, platform: Platform, analysts: str) -> None:
    page = new_page(context, height=5000)
    page.goto(f"{analysts}/?tab=campaign&segment=Declining&churn=0.6")
    ((count, spend),) = platform.ask(
        "select count(*), sum(ltv_last_90_days)::float from GOLD.CUSTOMER_360_PROFILE"
        " where segment = 'Declining' and customer_status = 'Active' and churn_probability > 0.6",
        "APP_ANALYST",
    )
    expect(figure(page, "Eligible customers")).to_have_text(f"{count:,}", timeout=60_000)
    expect(figure(page, "Current 90-day spend")).to_have_text(f"${spend:,.0f}")
    with page.expect_download() as download:
        section(page, "target_list").get_by_test_id("stDownloadButton").get_by_role("button").click()
    head, *rows = download.value.path().read_text("utf-8-sig").splitlines()
    assert head == "customer_id,segment,churn_probability,ltv"
    assert len(rows) == count
    page.close()


def test_no_table_writes_a_file_by_itself(context: BrowserContext, address: str) -> None:
    """Streamlit's own button below a table knows nothing of formulas that a spreadsheet would calculate."""
    page = new_page(context, height=5000)
    page.goto(address)
    table = page.get_by_test_id("stDataFrame").last
    table.hover(timeout=60_000)
    expect(page.get_by_test_id("stElementToolbarButton").filter(has=page.get_by_label("Search")).last).to_be_visible()
    own = page.get_by_test_id("stElementToolbarButton").filter(has=page.get_by_label("Download as CSV"))
    expect(own.last).to_be_attached()
    assert not any(button.is_visible() for button in own.all())
    page.close()
