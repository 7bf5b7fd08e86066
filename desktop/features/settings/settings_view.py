"""Language, look, scale and row height, in force at once; and what this PC is."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.features.settings.keys_dialog import KeysDialog
from desktop.features.settings.printing_card import PrintingCard
from desktop.features.settings.server_card import ServerCard
from desktop.features.settings.weighed_card import WeighedCard
from desktop.platform import typeface
from desktop.platform.setting import Setting
from desktop.platform.settings import DENSITY, LANGUAGE, LOCK_MINUTES, SCALE, SOUNDS, THEME
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.card import Card
from desktop.widgets.choice import Choice, Option
from desktop.widgets.form import Form
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import MEDIUM, column, row
from desktop.widgets.page import Page
from desktop.widgets.text import Text

SCALES = (100, 125, 150, 175, 200)
MINUTES = (1, 5, 10, 30, 60)
CHOSEN: tuple[Setting[Any], ...] = (LANGUAGE, THEME, SCALE, DENSITY, SOUNDS, LOCK_MINUTES)


class SettingsPage(Page):
    """Every choice is written and in force when it is made.

    Attributes:
        choices: the fields by the settings' keys.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("settings.title")
        self._workbench = workbench
        self.choices = {setting.key: self._field(setting) for setting in CHOSEN}
        self.form = Form()
        for setting in CHOSEN:
            self.form.add(setting.key, setting.description, self.choices[setting.key])
        self._lines = [Text("", wrap=True) for _ in range(3)]
        self.server = ServerCard(workbench)
        about = Card("settings.this_pc", *self._lines, Text("settings.secrets", typeface.SMALL, "secondary", wrap=True))
        holder = QWidget()
        self.printing, self.weighed = PrintingCard(workbench), WeighedCard(workbench)
        self.keys = KeyButton("settings.keys.open")
        self.keys.clicked.connect(lambda: KeysDialog(self, workbench.shortcuts).begin())
        about_keys = Text("settings.keys.card", typeface.SMALL, "secondary", wrap=True)
        keyboard = Card("settings.keys.title", about_keys, row(self.keys, 1))
        cards = (Card("settings.look", self.form), keyboard, self.server, self.printing, self.weighed, about)
        holder.setLayout(column(*cards, 1, gap=MEDIUM))
        self._holder = holder
        self.content.put(holder)
        self.go_live()

    def first_focus(self) -> QWidget:
        """The first choice."""
        return self.choices[LANGUAGE.key]

    def opened(self) -> None:
        """Settings may have been changed elsewhere."""
        for setting in CHOSEN:
            self.choices[setting.key].set_value(self._workbench.settings.get(setting))
        self.server.show_known()
        self.printing.show_chosen()
        self.weighed.show_chosen()
        self._tell()

    def restyle(self) -> None:
        """Narrow enough to read a line at once."""
        self._holder.setMaximumWidth(theme().px(720))
        self._align()

    def retranslate(self) -> None:
        """What this PC is, in the language in force."""
        self._tell()
        self._align()

    def _align(self) -> None:
        """The fields of all cards begin below each other."""
        forms = (self.form, self.server.form, self.printing.form, self.weighed.form)
        widest = max(form.labels_width() for form in forms)
        for form in forms:
            form.align_labels(widest)

    def _field(self, setting: Setting[Any]) -> Choice:
        choice = Choice(setting.description, self._options(setting))
        choice.set_value(self._workbench.settings.get(setting))
        choice.activated.connect(lambda _: self._workbench.settings.set(setting, choice.value()))
        return choice

    def _options(self, setting: Setting[Any]) -> list[Option]:
        if setting is SCALE:
            return [Option(scale, "", f"{scale} %") for scale in SCALES]
        if setting is LOCK_MINUTES:
            never = Option(0, "settings.never")
            return [never, *(Option(each, "", str(each)) for each in MINUTES)]
        if setting is SOUNDS:
            return [Option(True, "settings.on"), Option(False, "settings.off")]
        return [Option(value, key) for value, key in zip(setting.choices, setting.choice_texts, strict=True)]

    def _tell(self) -> None:
        known = self._workbench.store.known
        said = (
            ("settings.dealer", {"name": known.party_name, "code": known.party_code}),
            ("settings.person", {"name": known.person_name}),
            ("settings.device", {"number": f"{known.device_number:02d}"}),
        )
        for line, (key, params) in zip(self._lines, said, strict=True):
            line.say(key, **params)
