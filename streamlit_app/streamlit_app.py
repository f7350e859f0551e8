"""The Customer 360 page: header, tabs and footer; each tab is one module of `customer_360`."""

import streamlit as st
from customer_360 import segment_explorer
from customer_360.database import DatabaseUnavailableError
from customer_360.layout import fit_screens, follow_history
from customer_360.profiles import load_profiles

# No page icon: Streamlit would fetch it from a host on the internet.
st.set_page_config(page_title="Customer 360", layout="wide")
fit_screens()
st.title("Customer 360")

try:
    profiles = load_profiles()
except DatabaseUnavailableError as error:
    st.error(str(error), icon=":material/cloud_off:")
    st.button("Try again", icon=":material/refresh:")
    st.stop()

st.caption(
    f"{len(profiles.customers):,} cardholders, approved transactions up to "
    f"{profiles.newest_transaction:%d %B %Y}, profiles of {profiles.updated_at:%d %B %Y, %H:%M} UTC"
)
if profiles.is_stale:
    st.caption(":material/cloud_off: The database does not answer right now; these are the figures loaded before.")

(explorer_tab,) = st.tabs([":material/donut_small: Segment explorer"])
with explorer_tab:
    segment_explorer.show(profiles.customers)

st.divider()
st.caption("Source: GOLD.CUSTOMER_360_PROFILE. Amounts in US dollars; rolling windows end on the as-of date.")
follow_history()
