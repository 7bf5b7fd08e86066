"""The small style sheet on top of Fusion: what a palette cannot say, for Qt's own controls.

Own widgets draw themselves; this is for inputs, lists, menus, tables and scroll bars.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop.platform.palette import Tokens

Measure = Callable[[float], int]
Glyph = Callable[[str, str, int], str]
"""Icon, colour and side → a file with its picture."""


def style_sheet(tokens: Tokens, px: Measure, glyph: Glyph) -> str:
    """The rules for one scheme at one scale."""
    return "\n".join((
        _inputs(tokens, px),
        _arrows(tokens, px, glyph),
        _ticks(tokens, px, glyph),
        _choices(tokens, px),
        _lists(tokens, px),
        _bars(tokens, px),
    ))  # fmt: skip


def _inputs(t: Tokens, px: Measure) -> str:
    """A hairline around an input, 2 px of accent when it has the focus; the text does not move by that pixel."""
    return f"""
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit, QTimeEdit, QDateTimeEdit, QComboBox {{
    background: {t.surface}; color: {t.text}; border: 1px solid {t.input_border}; border-radius: {px(4)}px;
    padding: {px(4)}px {px(8)}px; selection-background-color: {t.selection}; selection-color: {t.text};
    placeholder-text-color: {t.hint};
}}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDateEdit:focus, QTimeEdit:focus,
QDateTimeEdit:focus, QComboBox:focus {{
    border: 2px solid {t.focus}; padding: {px(4) - 1}px {px(8) - 1}px;
}}
QLineEdit[invalid="true"] {{ border: 2px solid {t.danger}; padding: {px(4) - 1}px {px(8) - 1}px; }}
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDateEdit:disabled, QPlainTextEdit:disabled {{
    background: {t.window}; color: {t.disabled}; border-color: {t.border};
}}
QLineEdit#scanBox, QLineEdit#scanBox:focus {{ background: transparent; border: 0; padding: 0; }}
QLineEdit:read-only {{ background: {t.window}; border-color: {t.border}; }}
QComboBox QAbstractItemView {{
    background: {t.surface}; border: 1px solid {t.border}; selection-background-color: {t.selection};
    selection-color: {t.text}; outline: 0; padding: {px(4)}px;
}}
"""


def _arrows(t: Tokens, px: Measure, glyph: Glyph) -> str:
    """Arrows of what opens or counts; Fusion's own are drawn for light grounds."""
    side = px(14)
    down, up = (glyph(name, t.secondary, side) for name in ("down", "up"))
    return f"""
QComboBox::drop-down, QDateEdit::drop-down, QDateTimeEdit::drop-down {{
    border: 0; width: {px(26)}px; subcontrol-origin: padding; subcontrol-position: center right;
}}
QComboBox::down-arrow, QDateEdit::down-arrow, QDateTimeEdit::down-arrow {{
    image: url("{down}"); width: {side}px; height: {side}px;
}}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: 0; background: transparent; width: {px(22)}px; }}
QAbstractSpinBox::up-arrow {{ image: url("{up}"); width: {px(10)}px; height: {px(10)}px; }}
QAbstractSpinBox::down-arrow {{ image: url("{down}"); width: {px(10)}px; height: {px(10)}px; }}
"""


def _ticks(t: Tokens, px: Measure, glyph: Glyph) -> str:
    """Boxes and rounds to tick, visible on every ground."""
    side = px(16)
    tick, grey = glyph("check", t.on_primary, side), glyph("check", t.disabled, side)
    dot = glyph("dot", t.on_primary, side)
    menu_tick = glyph("check", t.text, side)
    box = "QCheckBox::indicator, QGroupBox::indicator, QAbstractItemView::indicator"
    checked = ", ".join(f"{each}:checked" for each in (*box.split(", "), "QRadioButton::indicator"))
    return f"""
{box}, QRadioButton::indicator {{
    width: {side}px; height: {side}px; background: {t.surface}; border: 1px solid {t.input_border};
    border-radius: {px(3)}px;
}}
QRadioButton::indicator {{ border-radius: {side // 2}px; }}
{checked} {{ background: {t.primary}; border-color: {t.primary}; image: url("{tick}"); }}
QRadioButton::indicator:checked {{ image: url("{dot}"); }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ background: {t.window}; border-color: {t.border}; }}
QCheckBox::indicator:checked:disabled {{ background: {t.pressed}; border-color: {t.border}; image: url("{grey}"); }}
QMenu::indicator {{ width: {side}px; height: {side}px; margin-left: {px(6)}px; }}
QMenu::indicator:checked {{ image: url("{menu_tick}"); }}
"""


def _choices(t: Tokens, px: Measure) -> str:
    return f"""
QCheckBox, QRadioButton {{ spacing: {px(8)}px; padding: {px(2)}px; border: 2px solid transparent; }}
QCheckBox:focus, QRadioButton:focus {{ border: 2px solid {t.focus}; border-radius: {px(4)}px; }}
QGroupBox {{ border: 1px solid {t.border}; border-radius: {px(4)}px; margin-top: {px(12)}px; padding-top: {px(8)}px; }}
QGroupBox::title {{ subcontrol-origin: margin; left: {px(12)}px; padding: 0 {px(4)}px; color: {t.secondary}; }}
QTabBar::tab {{
    background: transparent; color: {t.secondary}; padding: {px(8)}px {px(12)}px; border: 0;
    border-bottom: 2px solid transparent;
}}
QTabBar::tab:selected {{ color: {t.accent}; border-bottom-color: {t.accent}; }}
QTabBar::tab:focus {{ border: 2px solid {t.focus}; }}
QTabWidget::pane {{ border: 1px solid {t.border}; border-radius: {px(4)}px; background: {t.surface}; }}
QProgressBar {{
    background: {t.pressed}; border: 0; border-radius: {px(3)}px; height: {px(6)}px; max-height: {px(6)}px;
}}
QProgressBar::chunk {{ background: {t.primary}; border-radius: {px(3)}px; }}
QToolTip {{ background: {t.tooltip_bg}; color: {t.tooltip}; border: 0; padding: {px(4)}px {px(8)}px; }}
"""


def _lists(t: Tokens, px: Measure) -> str:
    return f"""
QTableView, QListView, QTreeView {{
    background: {t.surface}; color: {t.text}; border: 0; outline: 0;
    selection-background-color: {t.selection}; selection-color: {t.text};
}}
QListWidget {{ border: 2px solid transparent; }}
QListWidget:focus {{ border-color: {t.focus}; border-radius: {px(4)}px; }}
QListView::item {{ padding: {px(4)}px {px(8)}px; }}
QHeaderView {{ background: {t.raised}; border: 0; }}
QHeaderView::section {{
    background: {t.raised}; color: {t.secondary}; border: 0; border-bottom: 1px solid {t.border};
    padding: {px(4)}px {px(10)}px; font-weight: bold;
}}
QHeaderView::section:hover {{ background: {t.hover}; }}
QTableCornerButton::section {{ background: {t.raised}; border: 0; border-bottom: 1px solid {t.border}; }}
QMenu {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.input_border}; padding: {px(4)}px; }}
QMenu::item {{ padding: {px(6)}px {px(16)}px; border-radius: {px(4)}px; }}
QMenu::item:selected {{ background: {t.selection}; color: {t.text}; }}
QMenu::item:disabled {{ color: {t.disabled}; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: {px(4)}px {px(8)}px; }}
"""


def _bars(t: Tokens, px: Measure) -> str:
    """Scroll bars: a quiet bar without arrows, 12 px wide so that gloves and a worn mouse hit it."""
    return f"""
QScrollBar {{ background: transparent; border: 0; margin: 0; }}
QScrollBar:vertical {{ width: {px(12)}px; }}
QScrollBar:horizontal {{ height: {px(12)}px; }}
QScrollBar::handle {{ background: {t.input_border}; border-radius: {px(3)}px; margin: {px(3)}px; }}
QScrollBar::handle:vertical {{ min-height: {px(36)}px; }}
QScrollBar::handle:horizontal {{ min-width: {px(36)}px; }}
QScrollBar::handle:hover {{ background: {t.secondary}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollArea {{ background: transparent; border: 0; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QSplitter::handle {{ background: {t.border}; }}
"""
