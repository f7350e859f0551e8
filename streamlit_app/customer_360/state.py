"""What the page keeps in its address, so that it can be shared, and how an address that a reader brings is noticed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.errors import StreamlitAPIException

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TAB, THEME = "tab", "theme"
_WRITTEN = "written_address"
_KEPT = "kept:"


@dataclass(frozen=True)
class Address:
    """The page's address during one run of its script.

    Attributes:
        is_new: Whether a reader brought it: at the start, by Back, or by editing it. Then it decides what is shown, and
            a tab takes its state from it; otherwise the page itself wrote it, and the widgets decide.
    """

    is_new: bool

    def get(self, key: str) -> str | None:
        """Return the value of a parameter, the last of several; None without one."""
        values = self.get_all(key)
        return values[-1] if values else None

    def get_all(self, key: str) -> list[str]:
        """Return every value of a parameter."""
        return st.query_params.get_all(key)

    def brought(self, *keys: str) -> dict[str, list[str]]:
        """Return those of some parameters that a reader brought; what the page wrote itself may be of another tab."""
        return {key: values for key in keys if (values := self.get_all(key))} if self.is_new else {}

    def write(self, tab: str, state: Mapping[str, Sequence[str]]) -> None:
        """Write the open tab and its state, with the theme that the reader chose; parameters of other tabs go.

        Args:
            tab: the open tab's name.
            state: the values of each parameter; one without values is left out. None may be called `tab` or
                `theme`.
        """
        wanted = {TAB: [tab]} | {key: list(values) for key, values in state.items() if values}
        if chosen := st.session_state.get(THEME):
            wanted[THEME] = [chosen]
        _write(wanted)

    def amend(self, state: Mapping[str, Sequence[str]]) -> None:
        """Write some parameters of the open tab, from a part of the page that runs alone, and leave the others.

        Args:
            state: as `write`; a parameter without values goes.
        """
        wanted = st.session_state.get(_WRITTEN, {}) | {key: list(values) for key, values in state.items()}
        _write({key: values for key, values in wanted.items() if values})


def _write(wanted: dict[str, list[str]]) -> None:
    if wanted != _present():
        st.query_params.from_dict(wanted)
    st.session_state[_WRITTEN] = wanted


def last_written_tab() -> str | None:
    """Return the tab of the address that the page wrote last; None before it wrote one."""
    return next(iter(st.session_state.get(_WRITTEN, {}).get(TAB, [])), None)


def address_of_this_run() -> Address:
    """Return the address, compared with what the page wrote last."""
    return Address(is_new=_present() != st.session_state.get(_WRITTEN))


def _present() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params}


def kept(tab: str, name: str) -> str:
    """Return the key of a widget whose value outlasts a look at another tab.

    Args:
        tab: the tab that draws it.
        name: of the widget in the tab.
    """
    return f"{_KEPT}{tab}:{name}"


def keep_hidden(tab: str) -> None:
    """Keep what is set in the tabs that are not open: Streamlit forgets the value of a widget that it does not draw.

    Args:
        tab: the open tab.
    """
    own = kept(tab, "")
    for key in list(st.session_state):
        if str(key).startswith(_KEPT) and not str(key).startswith(own):
            st.session_state[key] = st.session_state[key]


def keep_undrawn(keys: Iterable[str]) -> None:
    """Keep what is set in widgets of the open tab that a run came to its end without drawing, as of an empty list.

    Args:
        keys: of the tab's widgets, drawn or not.
    """
    for key in keys:
        if key in st.session_state:
            with suppress(StreamlitAPIException):  # what was drawn keeps its value, and takes none any more
                st.session_state[key] = st.session_state[key]
