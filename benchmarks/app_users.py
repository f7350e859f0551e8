"""Users of the app at the same time, as a server sees them: each a session over the socket that a browser speaks.

Twenty browsers would draw their pages on the cores that serve them, and their drawing would be measured: people bring
computers of their own.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING
from urllib.parse import quote

from customer_360.vocabulary import SEGMENTS

from c360.page_session import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

_THINKS = (2.0, 6.0)  # seconds between two actions of a user
_ACTIONS = 5


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


def _wanted(chance: random.Random, customer_ids: Sequence[str]) -> str:
    return chance.choice(
        [
            f"tab=explorer&segment={quote(chance.choice(SEGMENTS))}&limit=0-{chance.randrange(20, 60)}000",
            f"tab=customer&customer={chance.choice(customer_ids)}",
            f"tab=campaign&churn=0.{chance.randrange(3, 9)}&months={chance.randrange(1, 12)}",
        ]
    )
