"""A way out of a dialog, as data: a verb, never yes or no."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.widgets.key_button import Weight


@dataclass(frozen=True, slots=True)
class Verb:
    """One button of a dialog.

    Attributes:
        id: what :attr:`desktop.widgets.dialog.Dialog.chosen` carries.
        text_key: key of its words.
        key: its key, empty for none; Enter presses the primary verb in any case.
        weight: one primary or danger verb at most.
        enters: whether Enter on the primary verb's keycap would be true: not where a list of hits takes Enter first.
    """

    id: str
    text_key: str
    key: str = ""
    weight: Weight = Weight.PLAIN
    enters: bool = True
