"""Phrases of movements: moved from A to B, left A, switched to something else, where did they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.draft import Noun, Test, is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.lexicon import Named
from local_account.analyst.marks import Mark
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.draft import State
    from local_account.analyst.elements import Element

_MOVEMENTS = {"moves", "movements", "switches", "changes", "migrations", "transitions", "shifts"}


def read_move(state: State, at: int) -> int:
    """Read "moved from A to B", "left A", "entered B"."""
    word = state.word(at, K.MOVE)
    behind = state.mark(at + 2)
    if word is None and _is_between(state, at):
        found = _ways(state, at, "from")
        state.draft.moves += [(way, [test]) for way, test in found]
        return _end_of(state, found) - at
    if (
        word is None
        and state.marks[at].text.lower() in {"came", "come"}
        and state.word(at + 1, K.SOFT) in {"from", "to"}
    ):
        near = [m for i in (at + 2, at + 3) if (m := state.mark(i)) is not None]
        word = "" if any(_is_moved(state, h.element) for m in near for h in m.held) else None
    figure = state.can(at, K.NOUN) and is_figure(state.marks[at])
    sided = state.word(at + 1, K.SOFT) in {"from", "to"} and behind is not None and bool(behind.held)
    if figure and sided and any(is_side(e) for e in _of_tables(state, state.marks[at])):
        state.draft.nouns.append(Noun(state.marks[at], state.function, at=at))
        state.counting = state.function = None
        word = word or ""
    elif word is None or figure:
        return 0
    counted = _counted(state, at)
    if word == "all":
        sides = _ways(state, at + 1, "")
        state.draft.moves += [(way, [test]) for way, test in sides] or [("any", [])]
        return _end_of(state, sides) - at if sides else 1
    last = state.marks[at].text.split()[-1].lower()
    way = {"left": "from", "entered": "to"}.get(word, last if last in {"from", "to"} else "")
    found = _ways(state, at + 1, way)
    open_side = _open_side(state, at, way)
    if open_side:
        state.draft.moves.append((open_side, []))
    if not found:
        if counted and not state.draft.moves:
            state.draft.moves.append(("any", []))
        return _length_of_open(state, at) if open_side or state.draft.moves else 0
    state.draft.moves += [(way, [test]) for way, test in found]
    return _end_of(state, found) - at


def is_side(element: Element) -> bool:
    """Tell whether a dimension holds what rows moved from."""
    return element.kind is Kind.DIMENSION and element.name.startswith("PREVIOUS_")


def _is_moved(state: State, element: Element) -> bool:
    """Tell whether rows move from one value of a dimension to another: the table that keeps both has a side of it."""
    sides = [e for e in state.shape.elements if is_side(e)]
    return any(e.table == element.table or e.name.endswith(f"_{element.name}") for e in sides)


def _is_between(state: State, at: int) -> bool:
    """Tell whether two values between which rows move stand alone, with "to" between them: Declining to Standard."""
    first, last = state.mark(at), state.mark(at + 2)
    if first is None or last is None or state.word(at + 1, K.SOFT) != "to" or state.word(at - 1, K.SOFT) == "from":
        return False
    if any(m.can(K.VERSUS, K.RATIO) for m in state.marks):
        return False
    moved = {h.element for h in first.held} & {h.element for h in last.held}
    return any(_is_moved(state, element) for element in moved) and not state.draft.moves


def _counted(state: State, at: int) -> bool:
    """Count the movements of "how many moves", and not those who moved."""
    mark = state.marks[at]
    kept = next((e.table for e in state.shape.elements if is_side(e)), None)
    count = state.lexicon.count(kept) if kept is not None else None
    begun = at == 0 or state.can(at - 1, K.LIST)  # moves from one to another, of which no rows are named
    if count is None or (state.counting is None and not begun) or mark.text.lower() not in _MOVEMENTS:
        return False
    state.draft.nouns.append(Noun(Mark(mark.text, {K.NOUN: ""}, (Named(count),)), at=at))
    state.counting = None
    return True


def _of_tables(state: State, mark: Mark) -> list[Element]:
    """Return the elements of the tables of what a mark names."""
    tables = {m.element.table for m in mark.named()}
    return [e for e in state.shape.elements if e.table in tables]


def _end_of(state: State, found: list[tuple[str, Test]]) -> int:
    """Return the place behind the values of a movement, and behind the name of their dimension: Declining segment."""
    end = max(test.at for _, test in found) + 1
    behind, last = state.mark(end), found[-1][1].candidates
    if behind is None or not is_dimension(behind) or behind.text.lower().endswith("s"):
        return end
    own = {c.name.rpartition("_")[2] for c in last}
    return end + any(m.element.name.rpartition("_")[2] in own for m in behind.named())


def _open_side(state: State, at: int, way: str) -> str:
    """Return which side of a movement is asked for: "where did they go", "which segment did most move into"."""
    if any(state.word(i, K.SOFT) == "where" for i in range(at)):
        return "open"
    side = state.word(at + 1, K.SOFT) if state.word(at + 1, K.SOFT) in {"from", "to"} else way
    asked = any(n.asked and is_dimension(n.mark) for n in state.draft.nouns) or any(
        r.noun is not None and r.noun.asked and is_dimension(r.noun.mark) for r in state.draft.ranks
    )
    behind = state.mark(at + 2)
    if not asked or not side or (behind is not None and behind.held):
        return ""
    return f"open {side}"


def _length_of_open(state: State, at: int) -> int:
    """Return how many marks a verb of moving takes with the word for its direction, where no value follows."""
    return 1 + (state.word(at + 1, K.SOFT) in {"from", "to"})


def read_other_side(state: State, at: int) -> int:
    """Read the side of a movement that stands apart from its verb: "from Declining", "from another segment".

    Another one is no group: it only says that something moved.
    """
    side = state.word(at, K.SOFT) in {"from", "to"}
    i = at + side
    first, named = state.mark(i), state.mark(i + 1)
    if not state.draft.moves or first is None or state.asked:
        return 0
    if side and first.held:
        found = _ways(state, at, "")
        state.draft.moves += [(way, [test]) for way, test in found]
        return _end_of(state, found) - at if found else 0
    if state.word(i, K.DIFFERENT) == "other" and first.text.lower().endswith(("else", "elsewhere")):
        state.draft.moves.append(("any", []))
        return i + 1 - at
    if state.word(i, K.DIFFERENT) != "other" or named is None or not is_dimension(named):
        return 0
    state.draft.moves.append(("any", []))
    return i + 2 - at


def _ways(state: State, at: int, way: str) -> list[tuple[str, Test]]:
    """Return from which values to which something moved."""
    found: list[tuple[str, Test]] = []
    i = at
    while (mark := state.mark(i)) is not None:
        soft = state.word(i, K.SOFT)
        if soft in {"from", "to"}:
            way = soft
        elif state.word(i, K.IS) == "to":
            way = "to"
        elif mark.held and way and not mark.can(K.PERIOD):
            found.append((way, Test([h.element for h in mark.held], "=", (mark.held[0].value,), mark.text, at=i)))
        elif (
            is_dimension(mark)
            or mark.can(K.AND, K.OR, K.BY, K.HAVE, K.FILL, K.SOFT)
            or mark.text.lower() in {"one", "another", "other", "over", "out"}
        ):
            if state.can(i, K.BY) or state.word(i, K.HAVE):
                break
        elif mark.number is not None and mark.number.value == 1:
            pass
        else:
            break
        i += 1
    return found
