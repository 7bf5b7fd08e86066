"""What a measurement says, how it is judged and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """One measured figure beside its limit; smaller is better.

    Attributes:
        what: the figure in a few words.
        unit: of ``ours`` and ``limit``: s, ms, MB, requests …
        ours: what the product needs.
        limit: what the bare technique needs in the same run; None where the goal is absolute.
        ratio_goal: the greatest ``ours / limit`` that is good enough.
        goal: the greatest ``ours`` that is good enough.
    """

    what: str
    unit: str
    ours: float
    limit: float | None = None
    ratio_goal: float | None = None
    goal: float | None = None

    def __post_init__(self) -> None:
        if self.ratio_goal is not None and not self.limit:
            raise ValueError(f"{self.what}: a ratio needs a limit measured beside it")

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the limit."""
        return self.ours / self.limit if self.limit else None

    @property
    def met(self) -> bool:
        """Whether every goal that is set is reached; a line without goals only informs."""
        ratio_met = self.ratio_goal is None or (self.ratio is not None and self.ratio <= self.ratio_goal)
        return ratio_met and (self.goal is None or self.ours <= self.goal)

    def as_record(self) -> dict[str, Any]:
        """The line for ``build/bench/<name>.json``."""
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def _figure(value: float | None, unit: str = "") -> str:
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 3
    return f"{value:,.{digits}f}{f' {unit}' if unit else ''}"


def table(name: str, lines: Sequence[Line]) -> str:
    """The lines of one measurement, ready for the terminal."""
    rows = []
    for line in lines:
        goals = [f"≤ {_figure(line.ratio_goal)} ×"] if line.ratio_goal is not None else []
        goals += [f"≤ {_figure(line.goal, line.unit)}"] if line.goal is not None else []
        verdict = ("met" if line.met else "MISSED") if goals else ""
        rows.append(
            f"{name:<14} {line.what:<40} {_figure(line.ours, line.unit):>14} {_figure(line.limit, line.unit):>14}"
            f" {_figure(line.ratio):>8} {', '.join(goals):>22}  {verdict}".rstrip()
        )
    return "\n".join(rows)


HEAD = f"{'name':<14} {'what':<40} {'ours':>14} {'limit':>14} {'ratio':>8} {'goal':>22}"
