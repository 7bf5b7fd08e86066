"""The look in force: colours, fonts and measures, changed live for the whole program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from desktop.platform import typeface
from desktop.platform.glyphs import Glyphs
from desktop.platform.palette import CONTRAST, DARK, LIGHT, SCHEMES, Tokens
from desktop.platform.style import style_sheet
from desktop.platform.typeface import Role

SYSTEM = "system"
ROW_HEIGHTS = {"mouse": 28, "counter": 36}
TWO_LINE_HEIGHTS = {"mouse": 44, "counter": 48}
CONTROL_HEIGHTS = {"mouse": 32, "counter": 40}


@dataclass(frozen=True, slots=True)
class Look:
    """What a person chose: scheme (``light``, ``dark``, ``contrast``, ``system``), scale in percent, density."""

    scheme: str = SYSTEM
    scale: int = 100
    density: str = "mouse"


class Theme(QObject):
    """Answers "which colour, which font, how many pixels" and puts the look on the application.

    Attributes:
        tokens: the colours in force.
        look: what was chosen.

    Signals:
        changed: after a new look is in force; widgets measure and draw themselves again.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.look = Look()
        self.tokens: Tokens = LIGHT
        self._fonts: dict[Role, QFont] = {}
        self._colours: dict[str, QColor] = {}
        self._application: QApplication | None = None
        self._glyphs = Glyphs()

    def install(self, application: QApplication, look: Look) -> None:
        """Put ``look`` on the application and follow the system's scheme from now on."""
        self._application = application
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.apply(look)

    def apply(self, look: Look) -> None:
        """Change the look; without restart, and without touching what anybody entered."""
        self.look = look
        self.tokens = self._tokens_of(look.scheme)
        self._fonts.clear()
        self._colours.clear()
        if self._application is not None:
            self._application.setPalette(self._palette())
            self._application.setFont(self.font(typeface.BODY))
            self._application.setStyleSheet(style_sheet(self.tokens, self.px, self._glyphs.path))
        self.changed.emit()

    def px(self, measure: float) -> int:
        """``measure`` pixels at 100 % as pixels at the scale in force; never 0 for something above 0."""
        return max(1, round(measure * self.look.scale / 100)) if measure else 0

    def font(self, role: Role) -> QFont:
        """The font of ``role`` at the scale in force."""
        known = self._fonts.get(role)
        if known is None:
            known = self._fonts[role] = typeface.make_font(role, self.look.scale / 100)
        return known

    def colour(self, name: str) -> QColor:
        """A colour of the scheme in force by its name in :class:`Tokens`."""
        known = self._colours.get(name)
        if known is None:
            known = self._colours[name] = QColor(getattr(self.tokens, name))
        return known

    @property
    def line_role(self) -> Role:
        """The font of grid lines: larger at the counter, where people stand."""
        return typeface.LINE if self.look.density == "counter" else typeface.BODY

    def row_height(self, *, two_lines: bool) -> int:
        """Pixels of one grid row."""
        heights = TWO_LINE_HEIGHTS if two_lines else ROW_HEIGHTS
        return self.px(heights[self.look.density])

    def control_height(self) -> int:
        """Pixels of a button or an input."""
        return self.px(CONTROL_HEIGHTS[self.look.density])

    def _tokens_of(self, scheme: str) -> Tokens:
        if scheme != SYSTEM:
            return SCHEMES[scheme]
        if self._application is None:
            return LIGHT
        hints = self._application.styleHints()
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return CONTRAST
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _follow_system(self) -> None:
        if self.look.scheme == SYSTEM and self._tokens_of(SYSTEM) is not self.tokens:
            self.apply(self.look)

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, name in _PALETTE.items():
            palette.setColor(role, self.colour(name))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("disabled"))
        return palette


_PALETTE = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "raised",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "hint",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.ToolTipBase: "tooltip_bg",
    QPalette.ColorRole.ToolTipText: "tooltip",
    QPalette.ColorRole.Light: "raised",
    QPalette.ColorRole.Midlight: "border",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "input_border",
    QPalette.ColorRole.Shadow: "border",
    QPalette.ColorRole.Accent: "primary",
}


@cache
def theme() -> Theme:
    """The one theme of the program."""
    return Theme()
