"""One exchange with the analyst: reading, changes with one click, chart, rows, SQL, and what the reader thinks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from analyst_client.wording import sentence, words
from customer_360.access import assistant
from customer_360.assistant.chips import chips
from customer_360.assistant.shape import is_figure, unit
from customer_360.charts.assistant import automatic
from customer_360.csv_export import to_csv
from customer_360.database import DatabaseUnavailableError, viewer
from customer_360.drawn import show_chart
from customer_360.tabs.files import recorded
from customer_360.tabs.markdown_text import escaped

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from analyst_client.desk import AskedAnswer
    from customer_360.assistant.conversation import Exchange
    from customer_360.context import Page

_DETAILS = "Show me more details"
_CONTACT = frozenset({"name", "email", "zip_code"})
_JUDGED = "assistant_judged"


@dataclass(frozen=True)
class Place:
    """Where in the conversation an exchange is drawn.

    Attributes:
        number: From 0; widgets are told apart by it.
        is_last: Whether it is the newest, which further questions go on from.
        ask: Asks a question in the next run.
    """

    number: int
    is_last: bool
    ask: Callable[[str], None]

    def key(self, widget: str) -> str:
        """Return the key of a widget."""
        return f"assistant_{widget}_{self.number}"

    def offer(self, label: str, question: str, widget: str, icon: str | None = None) -> None:
        """Draw a button that asks a question."""
        st.button(label, key=self.key(widget), icon=icon, on_click=self.ask, args=(question,))


def show_exchange(page: Page, exchange: Exchange, place: Place) -> None:
    """Draw a question with what came of it.

    Args:
        page: the page's run.
        exchange: the question, and its answer if any.
        place: where it is drawn.
    """
    with st.chat_message("user"):
        st.markdown(escaped(exchange.question))
    with st.chat_message("assistant"):
        if exchange.asked is None:
            st.error(escaped(exchange.failure), icon=":material/error:")
            if place.is_last:
                place.offer("Try again", exchange.question, "retry", ":material/refresh:")
        elif exchange.asked.status == "answer":
            _show_answer(page, exchange, exchange.asked, place)
        else:
            _show_question_back(exchange.asked, place)


def _show_answer(page: Page, exchange: Exchange, asked: AskedAnswer, place: Place) -> None:
    if asked.answer.verified_query:
        st.badge("Verified query", icon=":material/verified:", color="green")
    st.markdown(f"**{escaped(sentence(asked))}**")
    _show_reading(asked)
    if place.is_last:
        _show_chips(asked, place)
    rows = assistant.table_of(asked)
    show_chart(place.key("chart"), automatic, rows, page.theme)
    if len(rows) > 1 or len(rows.columns) > 1:
        _show_table(page, rows, place)
    with st.expander("SQL"):
        st.code(asked.answer.sql or "", language="sql", wrap_lines=True)
    if place.is_last:
        place.offer(_DETAILS, _DETAILS, "details", ":material/zoom_in:")
    _show_feedback(page, exchange, asked.answer.request_id, place)


def _show_reading(asked: AskedAnswer) -> None:
    st.markdown(escaped(asked.reading))
    for note in asked.notes:
        st.caption(f":material/info: {escaped(note)}")


def _show_question_back(asked: AskedAnswer, place: Place) -> None:
    _show_reading(asked)
    if asked.answer.suggestions and place.is_last:
        st.caption("You could ask:")
        for number, question in enumerate(asked.answer.suggestions):
            place.offer(question, question, f"choice_{number}")


def _show_chips(asked: AskedAnswer, place: Place) -> None:
    """Show the parts of the reading; a click on another value asks the same question with this part changed."""
    for number, chip in enumerate(chips(asked.answer.sql, asked.reading)):
        if not chip.changes:
            continue
        questions = {change.label: change.question for change in chip.changes}
        key = place.key(f"chip_{number}")

        def changed(key: str = key, questions: dict[str, str] = questions) -> None:
            chosen = st.session_state.get(key)
            if chosen in questions:
                place.ask(questions[chosen])

        st.pills(f"{chip.name}: {chip.value}. Instead:", list(questions), key=key, on_change=changed)


def _show_table(page: Page, rows: pd.DataFrame, place: Place) -> None:
    st.dataframe(
        rows,
        width="stretch",
        hide_index=True,
        column_config=_columns(rows),
        key=place.key("table"),
    )
    st.download_button(
        "Download as CSV",
        recorded(
            page,
            "Answer of the assistant",
            len(rows),
            partial(to_csv, rows),
            has_contact_data=page.audience.sees_contact_data and not _CONTACT.isdisjoint(rows.columns),
        ),
        file_name="answer.csv",
        mime="text/csv",
        icon=":material/download:",
        key=place.key("csv"),
        on_click="ignore",
    )


def _columns(rows: pd.DataFrame) -> dict[Any, Any]:
    """Return how each column is headed, and how its numbers are written."""
    found: dict[Any, Any] = {}
    for column in map(str, rows.columns):
        label = words(column).capitalize()
        if is_figure(rows, column):
            form = "dollar" if unit(column) == "US dollars" else "localized"
            found[column] = st.column_config.NumberColumn(label, format=form)
        else:
            found[column] = label
    return found


def _show_feedback(page: Page, exchange: Exchange, request_id: str, place: Place) -> None:
    judged: dict[str, str] = st.session_state.setdefault(_JUDGED, {})
    if said := judged.get(request_id):
        st.caption(said)
        return
    thumb = st.feedback("thumbs", key=place.key("thumb"))
    if thumb is None:
        return
    remark = st.text_input("What was right?" if thumb else "What was wrong?", key=place.key("remark"), max_chars=1000)
    if not st.button("Send to the data team", key=place.key("send"), icon=":material/send:"):
        return
    verdict = assistant.Verdict(viewer(page.ask), exchange, bool(thumb), remark.strip())
    try:
        assistant.record_feedback(page.ask_anew, assistant.analyst_transport(), verdict)
    except DatabaseUnavailableError as error:
        st.error(f"Your verdict could not be kept. {escaped(str(error))}", icon=":material/error:")
        return
    judged[request_id] = ":material/check: Thank you: the data team sees your verdict."
    st.rerun()
