"""What Streamlit does not do for the page: fit screens of every width, follow the browser's Back, name its buttons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.components.v1 import html

if TYPE_CHECKING:
    from customer_360.themes import Theme

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
/* A table's own button writes a file without the guards of csv_export; each table that is worth a file has its own. */
[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"]) { display: none; }
.st-key-progress { height: 1rem; margin: -0.75rem 0; }
.st-key-progress p { animation: appear 0.1s 0.3s both; }
@keyframes appear { from { opacity: 0; } to { opacity: 1; } }
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

# What is chosen in a list of filters stands on the theme's primary colour, in white, which on the dark theme's is pale.
_CHOSEN = """
<style>
[data-baseweb="tag"] span, [data-baseweb="tag"] svg {{ color: {ink}; fill: {ink}; }}
</style>
"""

# Streamlit 1.52 writes an entry of the browser's history for each change of the address, and does not notice when the
# reader goes back to one. The page is loaded anew there.
_FOLLOW_HISTORY = """
window.writtenSearch = location.search;
const write = history.pushState;
history.pushState = function (...given) {
    write.apply(history, given);
    window.writtenSearch = location.search;
};
window.addEventListener("popstate", () => {
    if (location.search !== window.writtenSearch) location.reload();
});
"""

# Streamlit 1.52 leaves kinds of buttons without a name, and says of three elements that they are expanded which
# nobody can expand: screen readers stumble over both.
_NAME_BUTTONS = """
const mend = () => {
    const all = (selector, change) => document.querySelectorAll(selector).forEach(change);
    all(".vega-embed summary:not([aria-label])", e => e.setAttribute("aria-label", "Save this chart"));
    all('button[kind="headerNoPadding"][aria-label=""]', e => e.setAttribute("aria-label", "Sidebar"));
    all('[data-testid="stNumberInputStepDown"]', e => e.setAttribute("aria-label", "Less"));
    all('[data-testid="stNumberInputStepUp"]', e => e.setAttribute("aria-label", "More"));
    all('[data-testid="stChatInputSubmitButton"]', e => e.setAttribute("aria-label", "Ask"));
    all("section[aria-expanded], span[aria-expanded], div[aria-expanded]:not([role])",
        e => { e.removeAttribute("aria-expanded"); e.removeAttribute("aria-haspopup"); });
};
new MutationObserver(mend).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-expanded"],
});
mend();
window.namesButtons = true;
"""

# Streamlit runs scripts in a frame, of the page's own origin, which goes when the reader opens another tab of the page,
# and whatever it listened with. So the frame hands them over, once, as scripts of the page itself.
_IN_THE_PAGE = """
<script>
if (window.parent.writtenSearch === undefined) {{
    const script = window.parent.document.createElement("script");
    script.textContent = {code};
    window.parent.document.head.append(script);
}}
</script>
"""


def fit_screens(theme: Theme) -> None:
    """Add the page's style.

    Args:
        theme: whose colours it has.
    """
    st.html(_STYLE + _CHOSEN.format(ink=theme.on_accent))


def help_browser() -> None:
    """Have Back and Forward show the page of the address that they lead to, and name the buttons without a name."""
    code = "".join(f"(() => {{{part}}})();" for part in (_FOLLOW_HISTORY, _NAME_BUTTONS))
    html(_IN_THE_PAGE.format(code=json.dumps(code)), height=0)
