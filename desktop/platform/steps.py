"""What is being entered, and every step back."""

from __future__ import annotations

from typing import Generic, TypeVar

D = TypeVar("D")

MOST_STEPS = 200


class Steps(Generic[D]):
    """A draft being worked on: a frozen value, replaced at every step.

    Attributes:
        draft: as it is.
    """

    def __init__(self, draft: D) -> None:
        self.draft = draft
        self._before: list[D] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    def undo(self) -> bool:
        """Take the last step back; False when there is none."""
        if not self._before:
            return False
        self.draft = self._before.pop()
        return True

    def go(self, draft: D) -> None:
        """A step forward."""
        self._before.append(self.draft)
        del self._before[:-MOST_STEPS]
        self.draft = draft
