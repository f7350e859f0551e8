"""What Streamlit does not do for the page: fit screens between a phone and a desk, and follow the browser's Back."""

import streamlit as st
from streamlit.components.v1 import html

# Streamlit keeps four columns side by side down to 640 pixels, where their figures are cut off. `st-key-...` is the
# class that it gives to a container with a key: `figures_...` of a row of cards, `wide_...` of columns that need room.
_STYLE = """
<style>
.stMainBlockContainer { padding: 3.5rem 2rem 2rem; }
/* The choice of a tab is a group of radio buttons, for the keyboard's sake; it looks like tabs. */
.st-key-open_tab [role="radiogroup"] { gap: 0 1.5rem; width: 100%; border-bottom: 1px solid #8886; }
.st-key-open_tab label { padding: 0.35rem 0; margin: 0 0 -1px; border-bottom: 3px solid transparent; }
.st-key-open_tab label > div:first-child { display: none; }
.st-key-open_tab label:has(input:checked) { border-color: currentColor; font-weight: 600; }
.st-key-open_tab label:has(input:focus-visible) { outline: 2px solid currentColor; }
@media (max-width: 1360px) {
    [class*="st-key-wide_"] > [data-testid="stLayoutWrapper"] > .stHorizontalBlock { flex-wrap: wrap; }
    [class*="st-key-wide_"] > [data-testid="stLayoutWrapper"] > .stHorizontalBlock > .stColumn { min-width: 100%; }
    [class*="st-key-figures_"] .stHorizontalBlock { flex-wrap: wrap; }
    [class*="st-key-figures_"] .stColumn { min-width: calc(50% - 1rem); }
}
@media (max-width: 640px) {
    .stMainBlockContainer { padding: 3.5rem 1rem 2rem; }
    [class*="st-key-figures_"] .stColumn { min-width: 100%; }
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
