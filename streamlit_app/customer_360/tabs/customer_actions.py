"""What can be done with one customer: the report as a PDF, and the campaign list of the session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from customer_360.access.customers import load_listed, save_listed
from customer_360.csv_export import to_csv
from customer_360.customer.session_lists import CAMPAIGN_LIST, toggled
from customer_360.database import viewer
from customer_360.tabs.files import recorded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from customer_360.context import Page
    from customer_360.customer.view import CustomerView


def show_actions(page: Page, view: CustomerView) -> None:
    """Draw what can be done with the customer: the report, and the campaign list."""
    profile = view.profile
    listed = st.session_state.get(CAMPAIGN_LIST, [])
    is_listed = profile.customer_id in listed
    with st.container(horizontal=True, vertical_alignment="center", key="customer_actions"):
        st.download_button(
            "Report as PDF",
            data=recorded(
                page,
                f"Report on {profile.customer_id}",
                1,
                partial(_report, view, page.audience.title),
                has_contact_data=page.audience.sees_contact_data,
            ),
            file_name=f"customer_{profile.customer_id}.pdf",
            mime="application/pdf",
            icon=":material/picture_as_pdf:",
            on_click="ignore",
            key="report_pdf",
        )
        st.button(
            "Take off the campaign list" if is_listed else "Add to the campaign list",
            icon=":material/playlist_remove:" if is_listed else ":material/playlist_add:",
            on_click=_toggle_listed,
            args=(profile.customer_id,),
            key="campaign_list_button",
        )
        if listed:
            _show_campaign_list(page, listed)


def _report(view: CustomerView, title: str) -> bytes:
    # Half a second of imports, for who takes a report.
    from customer_360.report.customer_report import customer_report  # noqa: PLC0415

    return customer_report(view, title)


def _show_campaign_list(page: Page, listed: Sequence[str]) -> None:
    with st.popover(f"Campaign list ({len(listed):,})", icon=":material/campaign:"):
        rows = load_listed(page.ask, listed, sees_names=page.audience.sees_contact_data)
        st.dataframe(
            rows.assign(churn_probability=100 * rows["churn_probability"]),
            hide_index=True,
            column_config={
                "customer_id": "Customer",
                "name": "Name",
                "email": "E-mail",
                "segment": "Segment",
                "customer_status": "Status",
                "churn_probability": st.column_config.NumberColumn("Churn probability", format="%.1f%%"),
                "total_lifetime_value": st.column_config.NumberColumn("Lifetime value", format="dollar"),
            },
            key="campaign_list_table",
        )
        st.download_button(
            "CSV",
            data=recorded(
                page,
                "Campaign list of a session",
                len(rows),
                partial(to_csv, rows),
                has_contact_data=page.audience.sees_contact_data,
            ),
            file_name="campaign_list.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="campaign_list_csv",
        )
        st.caption("The highest risk first. The list lasts as long as this page is open, unless it is saved.")
        # Who may not reach customers plans no campaign: the procedure is not granted to the analysts' app.
        if page.audience.sees_contact_data:
            _save(page, listed)


def _save(page: Page, listed: Sequence[str]) -> None:
    name = st.text_input(
        "Save under the name", key="campaign_list_name", placeholder="Such as Winter retention", max_chars=80
    )
    if st.button("Save the list", icon=":material/save:", key="campaign_list_save", disabled=not name.strip()):
        added = save_listed(page.ask_anew, viewer(page.ask), name.strip(), listed)
        known = len(listed) - added
        st.success(f"{added:,} saved" + (f"; {known:,} were on that list already." if known else "."))


def _toggle_listed(customer_id: str) -> None:
    st.session_state[CAMPAIGN_LIST] = toggled(st.session_state.get(CAMPAIGN_LIST, []), customer_id)
