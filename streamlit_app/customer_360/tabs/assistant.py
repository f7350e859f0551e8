"""The assistant's tab: questions in plain English, how they were read, their rows, and what to ask next."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from customer_360.access import assistant
from customer_360.assistant.conversation import LISTED, Exchange, as_json, history
from customer_360.assistant.suggestions import FIRST, SUGGESTIONS
from customer_360.database import DatabaseUnavailableError
from customer_360.state import kept
from customer_360.tabs.assistant_answer import Place, show_exchange

if TYPE_CHECKING:
    from customer_360.context import Page

logger = logging.getLogger(__name__)

TAB = "assistant"
# In the address: the last questions, which a shared address asks again; one alone may go on from those before it.
QUESTION = "question"
_SHARED = 3
_EXCHANGES, _ASKED = "assistant_exchanges", "assistant_asked"


def show(page: Page) -> None:
    """Draw the tab.

    Args:
        page: the page's run.
    """
    exchanges: list[Exchange] = st.session_state.setdefault(_EXCHANGES, [])
    questions = page.address.get_all(QUESTION)[-_SHARED:] if page.address.is_new and not exchanges else []
    # In a container it keeps its place above the newest answer; at the foot of the page it would scroll that away.
    with st.container():
        typed = st.chat_input("Ask about customers, spending, segments or churn", key=kept(TAB, "input"))
    questions += [question] if (question := typed or st.session_state.pop(_ASKED, None)) else []
    for question in filter(None, map(str.strip, questions)):
        with st.spinner("Reading the question"):
            exchanges.append(_answered(page, question, exchanges))
    _sidebar(exchanges)
    page.address.write(page.tab, {QUESTION: [one.question for one in exchanges[-_SHARED:]]})
    if not exchanges:
        _show_beginning()
        return
    for number in range(len(exchanges) - 1, -1, -1):
        show_exchange(page, exchanges[number], Place(number, number == len(exchanges) - 1, ask_next))


def ask_next(question: str) -> None:
    """Ask a question in the next run of the page; for the callbacks of buttons."""
    st.session_state[_ASKED] = question


def _answered(page: Page, question: str, exchanges: list[Exchange]) -> Exchange:
    at, began = datetime.now(UTC).replace(tzinfo=None), time.monotonic()
    try:
        exchange = Exchange(
            question, at, assistant.answer(page.ask, assistant.analyst_transport(), question, history(exchanges))
        )
    except DatabaseUnavailableError as error:
        exchange = Exchange(question, at, None, str(error))
    try:
        assistant.record_question(page.ask_anew, page.audience.name, exchange, time.monotonic() - began)
    except DatabaseUnavailableError as error:
        # An answer is worth more than its count.
        logger.warning("A question could not be counted: %s", error)
    return exchange


def _show_beginning() -> None:
    st.markdown(
        "Ask in plain English. Each answer says how the question was read, and with which days and conditions, "
        "before its figures: read that first."
    )
    for number, question in enumerate(FIRST):
        st.button(
            question, key=f"assistant_first_{number}", icon=":material/lightbulb:", on_click=ask_next, args=(question,)
        )


def _sidebar(exchanges: list[Exchange]) -> None:
    with st.sidebar:
        st.subheader("Suggested questions")
        for category, questions in SUGGESTIONS.items():
            with st.expander(category):
                for number, question in enumerate(questions):
                    key = f"assistant_suggestion_{category}_{number}"
                    st.button(question, key=key, type="tertiary", on_click=ask_next, args=(question,))
        st.subheader("History")
        if not exchanges:
            st.caption("What you ask is listed here, to be asked again.")
            return
        for number, exchange in enumerate(exchanges[: -LISTED - 1 : -1]):
            st.button(
                f"{exchange.asked_at:%H:%M} {exchange.question}",
                key=f"assistant_again_{number}",
                type="tertiary",
                icon=":material/replay:",
                help="Ask again; times are UTC",
                on_click=ask_next,
                args=(exchange.question,),
            )
        st.download_button(
            "Export as JSON",
            as_json(exchanges),
            file_name="assistant_history.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button("Clear conversation", icon=":material/delete:", on_click=exchanges.clear)
