"""The printer and what stands on every receipt; written and in force when a field is left."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.platform import print_settings
from desktop.platform.setting import Setting
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.printing.ports import port_named
from desktop.widgets.card import Card
from desktop.widgets.choice import Choice, Option
from desktop.widgets.form import Form
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import row
from desktop.widgets.live import Live
from domain.kernel.errors import Invalid

HINTS = {print_settings.PRINTER.key: "printing.settings.printer_hint"}
LONGEST = 200


class PrintingCard(Live, Card):
    """Fields by the settings' keys.

    Attributes:
        fields: the fields.
        form: the rows they stand in.
        test: prints a test page.
    """

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self.form = Form()
        self.fields: dict[str, QWidget] = {}
        self.test = KeyButton("printing.settings.test")
        super().__init__("printing.settings.title", self.form, row(self.test, 1))
        for setting in print_settings.DECLARED:
            field = self._field(setting)
            self.fields[setting.key] = self.form.add(
                setting.key, setting.description, field, HINTS.get(setting.key, "")
            )
        self.test.clicked.connect(self._test)
        self.go_live()
        self.show_chosen()

    def show_chosen(self) -> None:
        """What is chosen now."""
        for setting in print_settings.DECLARED:
            value, field = self._workbench.settings.get(setting), self.fields[setting.key]
            if isinstance(field, QLineEdit):
                field.setText(value)
            elif isinstance(field, Choice):
                field.set_value(value)

    def restyle(self) -> None:
        """As high as the other controls."""
        for field in self.findChildren(QLineEdit):
            field.setMinimumHeight(theme().control_height())

    def _field(self, setting: Setting[Any]) -> QWidget:
        if setting.kind is str:
            line = QLineEdit()
            line.setMaxLength(LONGEST)
            line.editingFinished.connect(lambda: self._take(setting, line.text().strip()))
            return line
        if setting.kind is bool:
            options = [Option(True, "settings.on"), Option(False, "settings.off")]
        else:
            options = [Option(value, key) for value, key in zip(setting.choices, setting.choice_texts, strict=True)]
        choice = Choice(setting.description, options)
        choice.activated.connect(lambda _: self._take(setting, choice.value()))
        return choice

    def _take(self, setting: Setting[Any], value: Any) -> None:
        if setting is print_settings.PRINTER:
            self.form.clear_errors()
            try:
                port_named(value)
            except Invalid as error:
                self.form.show_error(setting.key, error.code, error.params)
                return
        self._workbench.settings.set(setting, value)

    def _test(self) -> None:
        if not self.form.has_errors():
            self._workbench.test_print_requested.emit()
