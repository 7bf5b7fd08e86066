"""What makes a widget follow the language and the look while the program runs."""

from __future__ import annotations

from desktop.platform.language import language
from desktop.platform.theme import theme


class Live:
    """Mixin for widgets (first among the bases).

    A widget puts its words in :meth:`retranslate` and its fonts and measures in :meth:`restyle`, and calls
    :meth:`go_live` as the last line of its constructor. Both are then called at once and at each change; Qt ends the
    connections when the widget goes.
    """

    _is_live = False

    def go_live(self) -> None:
        """Follow language and look from now on; a class and the class derived from it may both call this."""
        if not self._is_live:
            self._is_live = True
            theme().changed.connect(self._restyle_now)
            language().changed.connect(self._retranslate_now)
        self.restyle()
        self.retranslate()

    def restyle(self) -> None:
        """Take fonts, measures and colours from the theme again."""

    def retranslate(self) -> None:
        """Put in the words again; what a person entered stays."""

    def _restyle_now(self) -> None:
        self.restyle()

    def _retranslate_now(self) -> None:
        self.retranslate()
