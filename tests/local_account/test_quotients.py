"""Quotients and averages are what exact arithmetic gives, rounded half away from zero, however long the numbers are."""

from __future__ import annotations

import random
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local_account.session.session import Session

_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
_ROWS = 400


def _rounded(value: Decimal, scale: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-scale), context=_EXACT)


def _number(draw: random.Random, digits: int, scale: int) -> Decimal:
    """Draw a number of any length up to so many digits: short ones as often as long ones."""
    return Decimal(draw.randint(-(10 ** draw.randint(1, digits)), 10 ** draw.randint(1, digits))).scaleb(-scale, _EXACT)


@pytest.mark.parametrize(
    ("over", "by", "scale"),
    [
        ((10, 2), (10, 2), 8),
        ((12, 2), (18, 0), 8),
        ((18, 0), (18, 0), 6),
        ((5, 0), (3, 0), 6),
        ((10, 2), (4, 0), 8),
        ((22, 4), (8, 8), 10),
        ((16, 12), (10, 0), 12),
    ],
)
def test_a_quotient_is_the_exact_one_rounded(
    session: Session, over: tuple[int, int], by: tuple[int, int], scale: int
) -> None:
    draw = random.Random(f"{over} {by}")  # noqa: S311 - the same numbers each time
    session.execute(f"create table pairs (n int, a number{over}, b number{by})")
    pairs = [(_number(draw, *over), _number(draw, *by)) for _ in range(_ROWS)]
    # Ties: what lies halfway between two numbers of the wanted digits.
    pairs += [(Decimal(sign * odd).scaleb(-over[1]), Decimal(2**k).scaleb(-by[1])) for sign in (1, -1)
              for odd in (1, 3, 7, 999) for k in range(1, 7)]  # fmt: skip
    limits = [Decimal(10) ** (size[0] - size[1]) for size in (over, by)]
    pairs = [(a, b) for a, b in pairs if b and abs(a) < limits[0] and abs(b) < limits[1]]
    values = ", ".join(f"({n}, {a:f}, {b:f})" for n, (a, b) in enumerate(pairs))
    session.execute(f"insert into pairs values {values}")
    got = [row[0] for row in session.execute("select a / b from pairs order by n").rows()]
    assert got == [_rounded(_EXACT.divide(a, b), scale) for a, b in pairs]
    # Written once, as behind a window function, it is the same.
    once = session.execute("select a / max(b) over (partition by n) from pairs order by n").rows()
    assert [row[0] for row in once] == got


def test_an_average_is_the_exact_one_rounded(session: Session) -> None:
    draw = random.Random(1)  # noqa: S311
    session.execute("create table amounts (g int, a number(14, 2))")
    groups = {g: [_number(draw, 13, 2) for _ in range(draw.randint(1, 9))] for g in range(100)}
    values = ", ".join(f"({g}, {a:f})" for g, amounts in groups.items() for a in amounts)
    session.execute(f"insert into amounts values {values}")
    expected = [_rounded(_EXACT.divide(sum(amounts, Decimal(0)), len(amounts)), 8) for amounts in groups.values()]
    grouped = session.execute("select avg(a) from amounts group by g order by g").rows()
    assert [row[0] for row in grouped] == expected
    windowed = session.execute("select distinct g, avg(a) over (partition by g) from amounts order by g").rows()
    assert [row[1] for row in windowed] == expected


def test_a_quotient_of_whole_numbers_that_is_rounded_at_once_is_rounded_as_its_six_digits_are(session: Session) -> None:
    draw = random.Random(2)  # noqa: S311
    divisors = [*range(1, 8), 64, 100, 997, 499_999, 500_000, 500_001, 2_000_000, 3_000_000, 7 * 10**12]
    pairs = [(_number(draw, 15, 0), Decimal(draw.choice(divisors))) for _ in range(_ROWS)]
    # Beside whole numbers and halves, where a digit too few or too many shows.
    pairs += [(Decimal(sign * (2 * k * b + b + step) // 2), Decimal(b)) for b in divisors for k in (0, 1, 333)
              for step in (-1, 0, 1, b, b - 1, b + 1) for sign in (1, -1)]  # fmt: skip
    pairs = [(a, b) for a, b in pairs if abs(a) < 10**16]
    session.execute("create table whole_pairs (n int, a int, b int)")
    session.execute(
        f"insert into whole_pairs values {', '.join(f'({n}, {a:f}, {b:f})' for n, (a, b) in enumerate(pairs))}"
    )
    got = session.execute(
        "select floor(a / b), ceil(a / b), (a / b)::int, (a / b)::number(12, 2), ((a - a % b) / b)::int, "
        "floor(a / 3), (a / 8)::int, (a / 300)::number(18, 3), floor(floor(a / b) * 3 / 7) "
        "from whole_pairs where abs(a / b) < 1e9 order by n"
    ).rows()
    assert [list(map(Decimal, row)) for row in got] == [
        _rounded_at_once(a, b) for a, b in pairs if abs(_EXACT.divide(a, b)) < 10**9
    ]


def _rounded_at_once(a: Decimal, b: Decimal) -> list[Decimal]:
    def divided(over: Decimal, by: int | Decimal) -> Decimal:
        return _rounded(_EXACT.divide(over, Decimal(by)), 6)

    floored = divided(a, b).to_integral_value(ROUND_FLOOR)
    return [
        floored, divided(a, b).to_integral_value(ROUND_CEILING), _rounded(divided(a, b), 0), _rounded(divided(a, b), 2),
        _EXACT.divide(a - a % b, b), divided(a, 3).to_integral_value(ROUND_FLOOR), _rounded(divided(a, 8), 0),
        _rounded(divided(a, 300), 3), divided(floored * 3, 7).to_integral_value(ROUND_FLOOR),
    ]  # fmt: skip
