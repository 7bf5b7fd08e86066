"""The declaration of one setting: its key, type, default and which values it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


class BadSetting(ValueError):
    """A value that the declaration does not allow."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One thing that a person may choose on this PC.

    Attributes:
        key: its name in the file.
        kind: the type of its values; JSON's own types only.
        default: the value until somebody chooses.
        description: key of its text in the catalogues.
        choices: the values allowed, empty when any will do.
        choice_texts: keys of their texts, in the same order.
        least, most: bounds of a number.
    """

    key: str
    kind: type[T]
    default: T
    description: str
    choices: tuple[T, ...] = ()
    choice_texts: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    def check(self, value: object) -> T:
        """``value`` itself when it is allowed.

        Raises:
            BadSetting: it has the wrong type, is none of the choices or is out of bounds.
        """
        if not isinstance(value, self.kind) or (isinstance(value, bool) and self.kind is not bool):
            raise BadSetting(f"{self.key}: {value!r} is not {self.kind.__name__}")
        if self.choices and value not in self.choices:
            raise BadSetting(f"{self.key}: {value!r} is none of {self.choices}")
        if isinstance(value, int) and not isinstance(value, bool):
            self._check_bounds(value)
        return value

    def _check_bounds(self, value: int) -> None:
        if self.least is not None and value < self.least:
            raise BadSetting(f"{self.key}: {value} is below {self.least}")
        if self.most is not None and value > self.most:
            raise BadSetting(f"{self.key}: {value} is above {self.most}")
