"""The one primary action of a screen: bottom right, large, with its key."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.key_button import KeyButton, Weight


class PrimaryButton(KeyButton):
    """A key button that a hand finds without looking."""

    PADDING = 25

    def __init__(
        self,
        text_key: str = "",
        key: str = "",
        *,
        weight: Weight = Weight.PRIMARY,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text_key, key, weight=weight, icon=icon, role=typeface.HEADING, parent=parent)

    def control_height(self) -> int:
        """Taller than the others: a counter button."""
        return theme().control_height() + theme().px(12)
