"""Users of the app at the same time, as a server sees them: each a session over the socket that a browser speaks.

Twenty browsers would draw their pages on the cores that serve them, and their drawing would be measured: people bring
computers of their own.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from customer_360.vocabulary import SEGMENTS
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from tornado.websocket import websocket_connect

if TYPE_CHECKING:
    from collections.abc import Sequence

_THINKS = (2.0, 6.0)  # seconds between two actions of a user
_ACTIONS = 5
_PATIENCE = 60.0  # seconds, after which a page is an error
_EMPTY = 5  # messages of a page that has nothing but its frame


async def many(address: str, customer_ids: Sequence[str], users: int) -> tuple[list[float], list[str]]:
    """Have users open pages, each with filters of its own and time to think between them.

    Args:
        address: of the served page.
        customer_ids: whom they look up.
        users: how many.

    Returns:
        The seconds of each page, from the connection to the end of its script; what failed.
    """
    seconds: list[float] = []
    errors: list[str] = []

    async def user(number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - the same users in every measurement
        await asyncio.sleep(chance.uniform(0, _THINKS[1]))
        for _ in range(_ACTIONS):
            try:
                seconds.append(await opened(address, _wanted(chance, customer_ids)))
            except Exception as error:  # noqa: BLE001 - whatever it is, this user was not served
                errors.append(f"user {number}: {type(error).__name__} {error}")
            await asyncio.sleep(chance.uniform(*_THINKS))

    await asyncio.gather(*(user(number) for number in range(users)))
    return seconds, errors


async def opened(address: str, parameters: str) -> float:
    """Return the seconds until the page at an address has come to its end.

    Args:
        address: of the served page.
        parameters: of the address, such as `tab=explorer&segment=Declining`.

    Raises:
        RuntimeError: where the page shows an error, ends otherwise than it should, or is empty.
        ConnectionError: where the server ends the connection.
        TimeoutError: where it does not end.
    """
    began = time.perf_counter()
    socket = await websocket_connect(f"{address.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=["streamlit"])
    context = ContextInfo(timezone="UTC", locale="en-US", url=f"{address}/?{parameters}", color_scheme="light")
    state = ClientState(query_string=parameters, context_info=context)
    try:
        await socket.write_message(BackMsg(rerun_script=state).SerializeToString(), binary=True)
        count = 0
        while True:
            message = await asyncio.wait_for(socket.read_message(), _PATIENCE)
            if not isinstance(message, bytes):
                raise ConnectionError(f"the server closed the connection of {parameters}")
            received = ForwardMsg.FromString(message)
            count += 1
            if received.HasField("delta") and _is_error(received):
                raise RuntimeError(f"the page {parameters} shows an error")
            if received.WhichOneof("type") == "script_finished":
                break
        if received.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY or count <= _EMPTY:
            raise RuntimeError(f"the page {parameters} did not come to its end")
        return time.perf_counter() - began
    finally:
        socket.close()


def _is_error(received: ForwardMsg) -> bool:
    element = received.delta.new_element
    return element.HasField("exception") or (element.HasField("alert") and element.alert.format == Alert.ERROR)


def _wanted(chance: random.Random, customer_ids: Sequence[str]) -> str:
    return chance.choice(
        [
            f"tab=explorer&segment={quote(chance.choice(SEGMENTS))}&limit=0-{chance.randrange(20, 60)}000",
            f"tab=customer&customer={chance.choice(customer_ids)}",
            f"tab=campaign&churn=0.{chance.randrange(3, 9)}&months={chance.randrange(1, 12)}",
        ]
    )
