"""The page's own switch between the light and the dark theme; the address keeps the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.components.v1 import html

from customer_360.state import THEME
from customer_360.themes import DARK, LIGHT, THEMES

if TYPE_CHECKING:
    from customer_360.state import Address
    from customer_360.themes import Theme

_CLICKED = "theme_clicked"

# Streamlit takes its theme from the browser alone, which keeps a reader's choice where Streamlit's own menu puts it and
# reads it when a page is loaded. What an address asks for is tried once a tab of the browser, so that a browser that
# does not follow is not loaded for ever.
_CHANGE = """
<script>
(() => {{
    const page = window.parent, wanted = "{wanted}", asked = "themeOfAddress";
    if (!{is_clicked} && page.sessionStorage.getItem(asked) === wanted) return;
    page.sessionStorage.setItem(asked, wanted);
    const shown = wanted[0].toUpperCase() + wanted.slice(1);
    page.localStorage.setItem(`stActiveTheme-${{page.location.pathname}}-v1`, JSON.stringify({{name: shown}}));
    const address = new URL(page.location);
    address.searchParams.set("{parameter}", wanted);
    page.history.replaceState({{}}, "", address);
    page.location.reload();
}})();
</script>
"""


def show_switch(theme: Theme, address: Address) -> None:
    """Draw the switch, and have the browser follow a click on it, or the theme of an address that a reader brought.

    Args:
        theme: which the browser shows.
        address: of this run.
    """
    other = LIGHT if theme is DARK else DARK
    st.button(
        f"{other.name.capitalize()} theme",
        key="theme_switch",
        icon=f":material/{other.name}_mode:",
        type="tertiary",
        help="The page is loaded anew in it. The address keeps it, so that you can share it.",
        on_click=_choose,
        args=(other.name,),
    )
    brought = address.get(THEME)
    if address.is_new and brought in THEMES:
        st.session_state[THEME] = brought
    is_clicked = st.session_state.pop(_CLICKED, False)
    wanted = st.session_state.get(THEME, theme.name)
    if wanted == theme.name:
        return
    if is_clicked or address.is_new:
        html(_CHANGE.format(wanted=wanted, is_clicked=str(is_clicked).lower(), parameter=THEME), height=0)
    else:  # the browser did not follow, or Streamlit's own menu was used since
        del st.session_state[THEME]


def _choose(name: str) -> None:
    st.session_state[THEME], st.session_state[_CLICKED] = name, True
