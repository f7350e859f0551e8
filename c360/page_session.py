"""One session of a served page over the socket that a browser speaks, without a browser."""

from __future__ import annotations

import asyncio
import time

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from tornado.websocket import websocket_connect

_PATIENCE = 60.0  # seconds, after which a page is an error
_EMPTY = 5  # messages of a page that has nothing but its frame


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
