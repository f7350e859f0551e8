"""One finding of `c360 doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One finding.

    Attributes:
        name: What was looked at.
        found: What was found.
        is_good: Whether that is enough.
        remedy: How to get it, where it is not.
        is_required: Whether the platform cannot work without it.
    """

    name: str
    found: str
    is_good: bool
    remedy: str = ""
    is_required: bool = True

    @property
    def is_blocking(self) -> bool:
        """Whether the platform cannot work without it."""
        return self.is_required and not self.is_good

    def as_text(self) -> str:
        """Write the finding as one line, with the remedy where it is needed."""
        mark = "ok     " if self.is_good else "MISSING" if self.is_required else "absent "
        return f"{mark}  {self.name}: {self.found}" + ("" if self.is_good else f" -> {self.remedy}")
