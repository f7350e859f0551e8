"""Pages of the app without a browser: Streamlit's own test runner, with the connection that `c360 app` writes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import altair as alt
import streamlit as st
from customer_360 import database
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from c360.app_server import write_secrets
from c360.connection import Ports, target

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = Path(__file__).resolve().parents[2] / "streamlit_app"

Open = Callable[..., AppTest]


@contextmanager
def opening(folder: Path) -> Iterator[Open]:
    """Return a function that opens a page, of the marketing team unless told otherwise, on an account by its ports.

    Every chart of a page is held against Vega-Lite's schema.

    Args:
        folder: where the secrets of the connection are written.
    """
    before = config.get_option("secrets.files")
    to_dict = alt.TopLevelMixin.to_dict

    def held_against_schema(chart: Any, validate: bool = True, *, context: Any = None, **rest: Any) -> Any:
        """Write a whole chart as a page does, which leaves this out for the sake of its time."""
        return to_dict(chart, validate or context is None, context=context, **rest)

    def open_at(
        ports: Ports, entry: str = "marketing", role: str = "APP_MARKETING", within: str = "", **parameters: list[str]
    ) -> AppTest:
        login = target("local", ports, folder, environment={}).login(role)
        login["database"] = within or login["database"]
        config.set_option("secrets.files", [str(write_secrets(folder, login | {"login_timeout": 2}))])
        secrets_singleton._reset()
        st.cache_data.clear()
        st.cache_resource.clear()
        database.try_again()
        at = AppTest.from_file(str(PAGES / f"{entry}.py"), default_timeout=60)
        for name, values in parameters.items():
            at.query_params[name] = values
        return at.run()

    with mock.patch.object(alt.TopLevelMixin, "to_dict", held_against_schema):
        yield open_at
    config.set_option("secrets.files", before)
    secrets_singleton._reset()
