"""Generates the synthetic customers and their dated changes: the same bytes for the same seed, at any scale.

Faker is slow, so it only fills pools of names and places once; a generator of its own for every customer
(seeded by run seed and customer number) combines them. Customer n is therefore the same person at every scale.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from faker import Faker

from pipeline.cards import GREATEST_LIMIT, LEAST_LIMIT, card_type
from pipeline.personas import PERSONAS
from pipeline.scale import AS_OF_DATE, FIRST_DAY, MOST_CUSTOMERS, SEED
from pipeline.segments import BUDGET, DECLINING, GROWING, STABLE, TRAVELERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pipeline.personas import Persona

YOUNG_SINCE = date(2024, 1, 8)  # accounts opened from here on are younger than 12 months on the last day
_BLOCK = 20  # so many consecutive customers hold every persona in its share
_COUNTS = {persona: persona.segment.expected_percent * _BLOCK // 100 for persona in PERSONAS}
# What a customer who declines was before, with what weight: its limits are drawn like theirs.
_EARLIER_LIMITS, _EARLIER_WEIGHTS = zip(
    *((p.opening_limits, times) for p, times in _COUNTS.items() if p.segment in (TRAVELERS, STABLE, BUDGET)),
    strict=True,
)
# Real names that break careless SQL and CSV; Faker's own list has none of them.
_AWKWARD_NAMES = ("O'Brien", "O'Connor", "D'Angelo", "O'Neill", "Smith-Jones", "De La Cruz", "St. John")
_MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org")
_OTHERS_RECENT_SHARE = 0.02
_CHANGED_SHARE = 0.2
_ADULT, _OLDEST_AT_OPENING = 18, 74


class Customer(NamedTuple):
    """One customer as of account opening; the field names are the file's header."""

    customer_id: str
    name: str
    email: str
    phone: str
    date_of_birth: date
    account_open_date: date
    credit_limit: Decimal
    card_type: str
    segment: str
    city: str
    state: str
    zip_code: str


class CustomerChange(NamedTuple):
    """One dated change: every changeable value from `change_date` on; later rows of a day replace earlier ones."""

    customer_id: str
    change_date: date
    credit_limit: Decimal
    card_type: str
    city: str
    state: str
    zip_code: str


class Place(NamedTuple):
    """A city with its two-letter state and a ZIP code of that state."""

    city: str
    state: str
    zip_code: str


@dataclass(frozen=True)
class Pools:
    """What customers are combined from."""

    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    places: tuple[Place, ...]

    @classmethod
    def draw(cls, seed: int) -> Pools:
        """Fill the pools from Faker with a seed."""
        fake = Faker("en_US")
        fake.seed_instance(seed)
        last_names = [fake.last_name() for _ in range(1_500)]
        states = [
            fake.state_abbr(include_territories=False, include_freely_associated_states=False) for _ in range(900)
        ]
        return cls(
            first_names=tuple(fake.first_name() for _ in range(1_500)),
            last_names=(*last_names, *_AWKWARD_NAMES * 3),
            places=tuple(Place(fake.city(), state, fake.postcode_in_state(state)) for state in states),
        )


def generate_customers(count: int, seed: int = SEED) -> tuple[list[Customer], list[CustomerChange]]:
    """Generate customers C000001 and up, and the dated changes of about a fifth of them.

    Args:
        count: number of customers, 1 to 999,999.
        seed: run seed; the same seed gives the same rows.

    Returns:
        The customers in order of their ids; their changes in order of customer and date.

    Raises:
        ValueError: for a count that six digits cannot number.
    """
    if not 1 <= count <= MOST_CUSTOMERS:
        raise ValueError(f"cannot generate {count} customers: choose 1 to {MOST_CUSTOMERS:,}.")
    pools = Pools.draw(seed)
    mailboxes: Counter[str] = Counter()
    customers, changes = [], []
    for number, persona in enumerate(_personas(count, seed), start=1):
        rng = Random(f"{seed}/customer/{number}")  # noqa: S311 - synthetic data, not a secret
        customer = _customer(number, persona, rng, pools, mailboxes)
        customers.append(customer)
        changes.extend(_changes(customer, rng, pools.places))
    return customers, changes


def write_csv(path: Path, rows: Sequence[Customer] | Sequence[CustomerChange], header: Iterable[str]) -> None:
    """Write rows as CSV: header, minimal quotes, line feeds, UTF-8; dates as ISO, money with two decimals."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_files(folder: Path, count: int, seed: int = SEED) -> tuple[Path, Path]:
    """Generate and write customers.csv and customer_changes.csv.

    Returns:
        The two paths, customers first.
    """
    customers, changes = generate_customers(count, seed)
    paths = folder / "customers.csv", folder / "customer_changes.csv"
    write_csv(paths[0], customers, Customer._fields)
    write_csv(paths[1], changes, CustomerChange._fields)
    return paths


def _personas(count: int, seed: int) -> Iterable[Persona]:
    for block in range(0, count, _BLOCK):
        personas = [persona for persona, times in _COUNTS.items() for _ in range(times)]
        Random(f"{seed}/personas/{block}").shuffle(personas)  # noqa: S311 - synthetic data, not a secret
        yield from personas[: count - block]


def _customer(number: int, persona: Persona, rng: Random, pools: Pools, mailboxes: Counter[str]) -> Customer:
    first, last = rng.choice(pools.first_names), rng.choice(pools.last_names)
    opened = _opening(persona, rng)
    limit = _opening_limit(persona, rng)
    place = rng.choice(pools.places)
    return Customer(
        customer_id=f"C{number:06d}",
        name=f"{first} {last}",
        email=_email(first, last, rng, mailboxes),
        phone=_phone(rng),
        date_of_birth=_birth(opened, rng),
        account_open_date=opened,
        credit_limit=limit,
        card_type=card_type(limit),
        segment=persona.name,
        city=place.city,
        state=place.state,
        zip_code=place.zip_code,
    )


def _opening(persona: Persona, rng: Random) -> date:
    is_growing = persona.segment == GROWING
    is_young = is_growing or (persona.segment != DECLINING and rng.random() < _OTHERS_RECENT_SHARE)
    first, last = (YOUNG_SINCE, AS_OF_DATE) if is_young else (FIRST_DAY, YOUNG_SINCE - timedelta(days=8))
    if is_growing and rng.random() < 0.97:  # noqa: PLR2004 - the rest are late joiners of the last six weeks
        last = date(2024, 11, 15)
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _opening_limit(persona: Persona, rng: Random) -> Decimal:
    low, mode, high = persona.opening_limits or rng.choices(_EARLIER_LIMITS, weights=_EARLIER_WEIGHTS)[0]
    return Decimal(round(rng.triangular(low, high, mode) / 100) * 100).quantize(Decimal("0.01"))


def _birth(opened: date, rng: Random) -> date:
    age = min(_OLDEST_AT_OPENING, _ADULT + int(rng.gammavariate(3.2, 8.0)))
    # Whole years and days before the opening; 365.25 days a year never round an adult below eighteen.
    return opened - timedelta(days=int(age * 365.25) + 1 + rng.randrange(365))


def _email(first: str, last: str, rng: Random, mailboxes: Counter[str]) -> str:
    local = "".join(c for c in f"{first}.{last}".lower() if c.isalnum() or c == ".").replace("..", ".")
    mailbox = f"{local}@{rng.choice(_MAIL_DOMAINS)}"
    mailboxes[mailbox] += 1
    return mailbox if mailboxes[mailbox] == 1 else mailbox.replace("@", f"{mailboxes[mailbox]}@")


def _phone(rng: Random) -> str:
    # Area and exchange codes start at 2; codes such as 911 end in 11 and are no part of a number.
    area, exchange = (next(c for c in iter(lambda: rng.randint(200, 989), None) if c % 100 != 11) for _ in range(2))  # noqa: PLR2004
    return f"({area}) {exchange}-{rng.randrange(10_000):04d}"


def _changes(customer: Customer, rng: Random, places: Sequence[Place]) -> list[CustomerChange]:
    days = (AS_OF_DATE - customer.account_open_date).days
    if rng.random() >= _CHANGED_SHARE or days < 1:
        return []
    dates = sorted(customer.account_open_date + timedelta(days=rng.randint(1, days)) for _ in range(_how_many(rng)))
    if len(dates) > 1 and rng.random() < 0.05:  # noqa: PLR2004 - two changes on one day: the later row holds
        dates[1] = dates[0]
    limit, place = customer.credit_limit, Place(customer.city, customer.state, customer.zip_code)
    changes = []
    for day in dates:
        if rng.random() < 0.25:  # noqa: PLR2004 - a move
            place = rng.choice(places)
        else:
            limit = _changed_limit(limit, rng)
        changes.append(CustomerChange(customer.customer_id, day, limit, card_type(limit), *place))
    return changes


def _how_many(rng: Random) -> int:
    return rng.choices((1, 2, 3, 4), weights=(50, 30, 14, 6))[0]


def _changed_limit(limit: Decimal, rng: Random) -> Decimal:
    percent = rng.choices(
        (
            Decimal(rng.randrange(12, 70)),  # a raise that opens a new version
            Decimal(rng.randrange(1, 10)),  # a raise that does not
            Decimal(10),  # exactly on the rule's edge
            Decimal("10.01"),  # just past it
            Decimal(-rng.randrange(12, 45)),
            Decimal(-rng.randrange(1, 10)),
        ),
        weights=(46, 20, 5, 5, 14, 10),
    )[0]
    changed = (limit * (100 + percent) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return min(max(changed, LEAST_LIMIT), GREATEST_LIMIT).quantize(Decimal("0.01"))
