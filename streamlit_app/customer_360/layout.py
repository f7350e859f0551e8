"""What Streamlit does not do for the page: fit screens between a phone and a desk, and follow the browser's Back."""

import streamlit as st
from streamlit.components.v1 import html

# Streamlit keeps four columns side by side down to 640 pixels, where their figures are cut off. `st-key-...` is the
# class that it gives to a container with a key.
_STYLE = """
<style>
.stMainBlockContainer { padding: 3.5rem 2rem 2rem; }
@media (max-width: 1360px) {
    .st-key-overview > [data-testid="stLayoutWrapper"] > .stHorizontalBlock { flex-wrap: wrap; }
    .st-key-overview > [data-testid="stLayoutWrapper"] > .stHorizontalBlock > .stColumn { min-width: 100%; }
    .st-key-figures .stHorizontalBlock { flex-wrap: wrap; }
    .st-key-figures .stColumn { min-width: calc(50% - 1rem); }
}
@media (max-width: 640px) {
    .stMainBlockContainer { padding: 3.5rem 1rem 2rem; }
    .st-key-figures .stColumn { min-width: 100%; }
}
</style>
"""

# Streamlit 1.52 writes an entry of the browser's history for each change of the address, and does not notice when the
# reader goes back to one. The page is loaded anew there; the frame is of the page's own origin.
_FOLLOW_HISTORY = """
<script>
const page = window.parent;
if (page.writtenSearch === undefined) {
    page.writtenSearch = page.location.search;
    const write = page.history.pushState;
    page.history.pushState = function (...given) {
        write.apply(page.history, given);
        page.writtenSearch = page.location.search;
    };
    page.addEventListener("popstate", () => {
        if (page.location.search !== page.writtenSearch) page.location.reload();
    });
}
</script>
"""


def fit_screens() -> None:
    """Add the page's style."""
    st.html(_STYLE)


def follow_history() -> None:
    """Have the browser's Back and Forward show the page of the address that they lead to."""
    html(_FOLLOW_HISTORY, height=0)
