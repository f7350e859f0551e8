"""Where each US state stands on a grid of tiles: a map that needs no outlines, and gives small states their due."""

from __future__ import annotations

_ROWS = (
    "AK .. .. .. .. .. .. .. .. .. ME",
    ".. .. .. .. .. .. .. .. .. VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT ..",
    "CA UT CO NE MO KY WV VA MD DE ..",
    ".. AZ NM KS AR TN NC SC DC .. ..",
    ".. .. .. OK LA MS AL GA .. .. ..",
    "HI .. .. TX .. .. .. .. FL .. ..",
)
# Column and row of each tile, by the state's two letters.
TILES: dict[str, tuple[int, int]] = {
    code: (column, row) for row, line in enumerate(_ROWS) for column, code in enumerate(line.split()) if code != ".."
}
