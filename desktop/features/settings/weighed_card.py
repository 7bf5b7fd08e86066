"""How the codes of the shop's own scale are read: one layout for each prefix, in force when it is added."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.settings import WEIGHED
from desktop.platform.workbench import Workbench
from desktop.widgets.card import Card
from desktop.widgets.choice import Choice, Option
from desktop.widgets.form import Form
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import row
from desktop.widgets.live import Live
from desktop.widgets.text import Text
from domain.catalogue.weighed import FEN, GRAMS, JIAO, Layout, parse_layouts, write_layouts
from domain.kernel.errors import Invalid

PREFIXES = tuple(str(prefix) for prefix in range(20, 30))
ITEMS = (4, 5, 6)
VALUES = {GRAMS: "grams", FEN: "fen", JIAO: "jiao"}


class _Line(QWidget):
    """One layout in words, and the way to take it off."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Text("", typeface.BODY, wrap=True)
        self.remove = KeyButton("settings.weighed.remove", weight=Weight.QUIET)
        line = row(self.words, self.remove, margins=(0, 0, 0, 0))
        line.setStretch(0, 1)
        self.setLayout(line)


class WeighedCard(Live, Card):
    """Prefix, digits of the item's code, and what follows them.

    Attributes:
        form: the fields of a layout to be added.
        add: adds it; a prefix that has one gets this instead.
        lines: one for each prefix, hidden while it has no layout.
    """

    def __init__(self, workbench: Workbench) -> None:
        self._settings = workbench.settings
        self.prefix = Choice("settings.weighed.prefix", [Option(each, "", each) for each in PREFIXES])
        self.item = Choice("settings.weighed.item", [Option(each, "", str(each)) for each in ITEMS])
        self.value = Choice(
            "settings.weighed.value", [Option(each, f"settings.weighed.{name}") for each, name in VALUES.items()]
        )
        self.check = Choice(
            "settings.weighed.check",
            [Option(False, "settings.weighed.unchecked"), Option(True, "settings.weighed.checked")],
        )
        self.form = Form()
        for name in ("prefix", "item", "value", "check"):
            self.form.add(name, f"settings.weighed.{name}", getattr(self, name))
        self.add = KeyButton("settings.weighed.add")
        self.lines = {prefix: _Line() for prefix in PREFIXES}
        self._none = Text("settings.weighed.none", colour="secondary", wrap=True)
        super().__init__("settings.weighed.title", self._none, *self.lines.values(), self.form, row(self.add, 1))
        self.prefix.set_value("21")
        self.item.set_value(5)
        self.add.clicked.connect(self._add)
        for prefix, line in self.lines.items():
            line.remove.clicked.connect(partial(self._remove, prefix))
        self.go_live()

    def show_chosen(self) -> None:
        """The layouts in force."""
        known = {each.prefix: each for each in self._layouts()}
        self._none.setVisible(not known)
        for prefix, line in self.lines.items():
            layout = known.get(prefix)
            line.setVisible(layout is not None)
            if layout is not None:
                checked = "checked" if layout.checked else "unchecked"
                line.words.say(
                    "settings.weighed.line",
                    prefix=prefix,
                    item=layout.item,
                    digits=layout.digits,
                    value=i18n.tr(f"settings.weighed.{VALUES[layout.value]}"),
                    check=i18n.tr(f"settings.weighed.{checked}"),
                )
                line.remove.setAccessibleName(i18n.tr("settings.weighed.remove_prefix", prefix=prefix))

    def retranslate(self) -> None:
        """The layouts in the language in force."""
        self.show_chosen()

    def _layouts(self) -> tuple[Layout, ...]:
        try:
            return parse_layouts(self._settings.get(WEIGHED))
        except Invalid:  # written by hand into the file; a scan says so
            return ()

    def _add(self) -> None:
        self.form.clear_errors()
        layout = Layout(self.prefix.value(), self.item.value(), self.value.value(), self.check.value())
        try:
            parse_layouts(layout.written)
        except Invalid as error:
            self.form.show_error("check", error.code, error.params)
            return
        self._keep([*(each for each in self._layouts() if each.prefix != layout.prefix), layout])

    def _remove(self, prefix: str) -> None:
        self._keep([each for each in self._layouts() if each.prefix != prefix])

    def _keep(self, layouts: list[Layout]) -> None:
        self._settings.set(WEIGHED, write_layouts(sorted(layouts, key=lambda each: each.prefix)))
        self.show_chosen()
