"""How the customers of a selection moved: between segments over a year, and in every respect since the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from customer_360.access import changes, segments
from customer_360.cards import Card, show_cards
from customer_360.charts import segments as charts
from customer_360.drawn import show_chart
from customer_360.formats import percent
from customer_360.selection import Selection

if TYPE_CHECKING:
    from customer_360.context import Page


def show_changes(page: Page, selection: Selection) -> None:
    """Draw what changed since the last run of an earlier day.

    Args:
        page: the page's run.
        selection: of at least one customer.
    """
    found = changes.since_last_run(page.ask, selection)
    with st.container(border=True, key="changes"):
        if found is None:
            st.subheader("What changed since the last run")
            st.caption(
                "Nothing to compare with yet: no run of an earlier day knew a customer of this selection. From the "
                "next day's run on, this says who is in another segment, at another risk, or of another status."
            )
            return
        st.subheader(f"What changed since {found.since:%d %B %Y}")
        cards = [
            Card(f"{what} changed", f"{count:,}", f"{percent(count / found.customers)} of those known then")
            for what, count in found.changed.items()
        ]
        show_cards("changes", [*cards, Card("New customers", f"{found.newcomers:,}", "not known then")])
        if found.moves.empty:
            st.caption("Nobody of this selection changed segment, churn risk or status.")
            return
        st.dataframe(
            found.moves,
            hide_index=True,
            key="moves",
            column_config={
                "what": "What",
                "before": "Before",
                "now": "Now",
                "customers": st.column_config.NumberColumn("Customers", format="localized"),
            },
        )
        st.caption(
            f"Customers selected today, compared with the last run of an earlier day. Churn risk: of "
            f"{' or '.join(selection.risk_statuses).lower()} customers."
        )


def show_migration(page: Page, selection: Selection) -> None:
    """Draw who moved between segments over a year. Arguments are those of `show_changes`."""
    migrated = segments.migration(page.ask, selection)
    if migrated is None:
        return
    moves = migrated.moves.dropna(subset=["segment_before"])
    moved = int(moves.loc[moves["segment_before"] != moves["segment"], "customers"].sum())
    with st.container(border=True):
        show_chart("migration", charts.migration, migrated, page.theme)
        whose = "customers" if selection == Selection() else "customers of the selection"
        st.caption(
            f"{moved:,} of {int(moves['customers'].sum()):,} {whose} are in another segment than on "
            f"{migrated.since:%d %B %Y}. Shades: share of those who were in the segment then."
        )
